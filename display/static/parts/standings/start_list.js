// The start list as everybody reads it: heats in the order of calling, each with its planned time
// and, where the event runs late, with the time to expect.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { startTime } from "/static/parts/clocks/start_time.js";
import { titleInStage } from "/static/parts/standings/match.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";

/** How often it is read anew where nothing happens: what is late gets later by itself. */
export const REFRESH_MS = 30_000;
const LATE_MS = 60_000;

/** What of the live document a start list follows from: a pass changes none of it. */
export const startListCause = (view) =>
  JSON.stringify([
    ...[view.event_id, view.is_open, view.entries, view.queue, view.stage],
    ...[view.heat?.heat_id, view.heat?.phase],
  ]);

function partOfStage({ match_name: matchName, round_number: number }, stage) {
  if (matchName) return titleInStage(matchName, stage?.format_name, stage?.field?.length);
  return number > 1 ? t("plan.round_number", { number }) : "";
}

const about = (heat, stage) =>
  [
    t("plan.heat_number", { number: heat.number }),
    partOfStage(heat, stage),
    heat.phase === "idle" ? "" : tCode("phase", heat.phase),
  ]
    .filter(Boolean)
    .join(" · ");

const isLate = ({ planned_utc: planned, expected_utc: expected }) =>
  planned !== null && expected !== null && Date.parse(expected) - Date.parse(planned) > LATE_MS;

const timeOf = (utc, timeZone) =>
  html`<time class="digits" datetime=${utc}>${startTime(utc, timeZone)}</time>`;

function times(heat, timeZone) {
  if (heat.planned_utc === null) return nothing;
  return html`<span class="start__time"
    >${timeOf(heat.planned_utc, timeZone)}${
      isLate(heat)
        ? html`<span class="start__expected"
            ><span class="visually-hidden">${t("start.expected")} </span
            ><span aria-hidden="true">≈</span>${timeOf(heat.expected_utc, timeZone)}</span
          >`
        : nothing
    }</span
  >`;
}

function row(heat, timeZone, stage, entries) {
  const plateOf = (entryId) => (entries[entryId] === undefined ? nothing : plate(entries[entryId]));
  const isOver = heat.phase === "finished";
  return html`<li class="row ${isOver ? "row--over" : ""}" data-heat=${heat.heat_id}>
    ${times(heat, timeZone)}
    <span class="row__main">
      ${
        heat.names.length === 0
          ? html`<strong>${t("plan.open_practice")}</strong>`
          : heat.names.map(
              (name, at) =>
                html`<strong class="start__who"
                  >${plateOf(heat.entry_ids[at])}<bdi>${name}</bdi>${heat.lanes[at] === null ? nothing : html` <span class="muted">${t("plan.lane", { number: heat.lanes[at] })}</span>`}
                  ${timedOnlyMark(heat.timed_only_ids.includes(heat.entry_ids[at]))}</strong
                >`,
            )
      }
      <span class="muted">${about(heat, stage)}</span></span
    >
  </li>`;
}

/**
 * `list` as `GET …/start-list` answers, of the `stage` as `GET …/stages` lists it, with the plates
 * of the live document's `entries`.
 */
export const startList = (list, stage, entries) =>
  list.heats.length === 0
    ? html`<p class="muted">${t("start.empty")}</p>`
    : html`${
          list.heats.some(isLate) ? html`<p class="muted">${t("start.is_late")}</p>` : nothing
        }
        <ol class="rows" data-testid="start-list">
        ${list.heats.map((heat) => row(heat, list.time_zone, stage, entries))}
      </ol>`;
