// Who drives next, on the whole screen: the heat at the line first, then the queue in its order.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { startTime } from "/static/parts/clocks/start_time.js";
import { isOnTrack, queueRows, runRows } from "/static/view_model.js";
import { PagedElement, pageMark } from "/static/parts/paged_element.js";
import { plate } from "/static/parts/plate.js";

const COLUMNS = 2;
const LONG_NAME = 22;
/** In rem of the style sheet: a line is lower where several share a heat. */
const COLUMN_REM = 43.6;
const LINE_REM = 6.2;
const SHARED_LINE_REM = 4.3;

/** The heat on track and those that wait, each with whom it brings to the line. */
export function heatsToCome(view) {
  const now = isOnTrack(view)
    ? [{ ...view.heat, isNow: true, entries: runRows(view).map((run) => run.entry) }]
    : [];
  return [...now, ...queueRows(view).map((row) => ({ ...row, isNow: false }))];
}

const isShared = (heat) => heat.entries.length > 1 && !heat.is_practice;

const heightOf = (heat) => (isShared(heat) ? heat.entries.length * SHARED_LINE_REM : LINE_REM);

/** The heats in columns of one height; a heat that is higher has a column of its own. */
export function columnsOf(heats) {
  const columns = [];
  let room = 0;
  for (const heat of heats) {
    if (columns.length === 0 || heightOf(heat) > room) {
      columns.push([]);
      room = COLUMN_REM;
    }
    columns.at(-1).push(heat);
    room -= heightOf(heat);
  }
  return columns;
}

const who = (heat) =>
  heat.is_practice
    ? html`<li class="coming__entry"><span class="name">${t("race.practice")}</span></li>`
    : heat.entries.map(
        (entry) =>
          html`<li class="coming__entry ${entry.name.length > LONG_NAME ? "coming__entry--long" : ""}">${plate(entry)}<bdi class="name">${entry.name}</bdi></li>`,
      );

const planned = (heat, timeZone) =>
  (heat.planned_utc ?? null) === null
    ? nothing
    : html`<time class="coming__time digits" datetime=${heat.planned_utc}>${startTime(heat.planned_utc, timeZone)}</time>`;

const heatItem = (heat, timeZone) =>
  html`<li class="coming__heat ${heat.isNow ? "coming__heat--now" : ""} ${isShared(heat) ? "coming__heat--shared" : ""}" data-heat=${heat.heat_id}>
    <span class="coming__number digits"
      ><span class="label">${heat.isNow ? t("coming.now") : t("coming.heat")}</span> ${heat.number}${planned(heat, timeZone)}</span
    >
    <ul class="coming__entries">
      ${who(heat)}
    </ul>
  </li>`;

class StartListScene extends PagedElement {
  static properties = { view: { attribute: false } };

  render() {
    const columns = columnsOf(heatsToCome(this.view));
    const pages = Math.max(1, Math.ceil(columns.length / COLUMNS));
    const page = this.page % pages;
    const shown = columns.slice(page * COLUMNS, (page + 1) * COLUMNS);
    return html`<h2 class="panel__title panel__title--large">
        ${t("coming.title")}
        ${pageMark(page, pages)}
      </h2>
      ${columns.length === 0 ? html`<p class="hero__lead coming__none">${t("next.none")}</p>` : nothing}
      <div class="coming ${columns.length === 1 ? "coming--one" : ""}">
        ${shown.map((heats) => html`<ol class="coming__column">${heats.map((heat) => heatItem(heat, this.view.time_zone))}</ol>`)}
      </div>`;
  }
}

customElements.define("start-list-scene", StartListScene);
