// Several entries in one heat: places, gaps and laps side by side, in the hero's room.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { runLaps, runRows } from "/static/view_model.js";
import { sectorStrip, speedText } from "/static/parts/measures.js";
import { gapToLeader } from "/static/parts/worth.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";

const ROWS_SHOWN = 8;
/** More than so many need the title's room, which the header tells as well. */
const ROOMY_ROWS = 5;

/** Whether the rows leave no room for anything else. */
export const isCrowded = (view) => fieldRows(view).length > ROOMY_ROWS;

function gapOf(run) {
  if (run.status !== null) return tCode("run_status", run.status);
  return run.place > 1 ? gapToLeader(run) : nothing;
}

/** Who is on track; in a practice nobody has a place. */
export function fieldRows(view) {
  const { heat } = view;
  return runRows(view).filter((run) => !heat.is_practice || run.is_on_track);
}

/** What the heat is, where no single driver names it. */
export const fieldTitle = (view) =>
  html`<h2 class="hero__title hero__title--field">
    <bdi>${view.heat.is_practice ? t("race.practice") : view.stage?.title}</bdi>
  </h2>`;

/** Of the lap under way; until its first sector ends, of the lap before. */
const sectorsOf = (heat, run) =>
  run.sectors.length > 0 ? run.sectors : (runLaps(heat, run.entry_id).at(-1)?.sectors ?? []);

const isMeasured = (heat, run) => run.speed !== null || sectorsOf(heat, run).length > 0;

const measuresOf = (heat, run) =>
  html`<div class="field-list__measures">
    ${sectorStrip(sectorsOf(heat, run))}
    ${run.speed === null ? nothing : html`<span class="digits">${speedText(run.speed)}</span>`}
  </div>`;

export function fieldList(view) {
  const rows = fieldRows(view).slice(0, ROWS_SHOWN);
  const hasMeasures = rows.some((run) => isMeasured(view.heat, run));
  return html`<ol class="field-list ${hasMeasures ? "field-list--measured" : ""} ${isCrowded(view) ? "field-list--many" : ""}" data-testid="field">
    ${rows.map(
      (run) =>
        html`<li class="field-list__row">
          <span class="field-list__place digits">${run.place ?? ""}</span>
          ${plate(run.entry)}
          <span class="name field-list__name"
            ><bdi>${run.entry.name}</bdi> ${timedOnlyMark(run.entry.is_timed_only)}</span
          >
          <span class="field-list__laps digits">${t("standings.laps", { count: run.laps })}</span>
          <span class="field-list__best digits">${lapTime(run.best_us)}</span>
          <span class="field-list__gap digits">${gapOf(run)}</span>
          ${hasMeasures ? measuresOf(view.heat, run) : nothing}
        </li>`,
    )}
  </ol>`;
}
