// Several entries in one heat: places, gaps and laps side by side, in the hero's room.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { gridColour, runLaps, runRows } from "/static/view_model.js";
import { sectorStrip, speedText } from "/static/parts/laps/measures.js";
import { gapToLeader, penaltyText } from "/static/parts/standings/worth.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";
import { isComparable } from "/static/board/heat/delta.js";
import "/static/board/heat/lap_delta.js";

const ROWS_SHOWN = 8;
/** More than so many need the title's room, which the header tells as well. */
const ROOMY_ROWS = 5;

/** So few may be larger. */
const FEW_ROWS = 3;

/** Whether the rows leave no room for anything else. */
export const isCrowded = (view) => fieldRows(view).length > ROOMY_ROWS;

function gapOf(run) {
  if (run.status !== null) return tCode("run_status", run.status);
  return run.place > 1 ? gapToLeader(run) : nothing;
}

/** What penalties are in a run's time: else nobody could follow it. */
function penaltyOf(heat, run) {
  const ofLaps = runLaps(heat, run.entry_id).map((lap) => lap.penalty_us ?? 0);
  const text = penaltyText({ penalty_us: ofLaps.reduce((sum, each) => sum + each, run.penalty_us ?? 0) });
  return text === "" ? nothing : html`<span class="standing__penalty">${text}</span>`;
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

/** The lap under way against another one, in the row of who drives it. */
const deltaOf = (view, run, { feed, traces }) =>
  html`<lap-delta .feed=${feed} .view=${view} .traces=${traces} .run=${run} .isBrief=${true}></lap-delta>`;

const measuresOf = (view, run, underWay) =>
  html`<div class="field-list__measures">
    ${sectorStrip(sectorsOf(view.heat, run))} ${penaltyOf(view.heat, run)}
    ${run.speed === null ? nothing : html`<span class="digits">${speedText(run.speed)}</span>`}
    ${underWay === null ? nothing : deltaOf(view, run, underWay)}
  </div>`;

/** Which car on the map and in the pictures is whose, where two models race each other. */
function carColour(heat, { car_id: carId }) {
  const colour = gridColour(heat, carId);
  return colour === null ? "" : `--car:${colour}`;
}

/** `underWay` is the `feed`, and the `traces` of where cars were, while laps are driven. */
export function fieldList(view, underWay = null) {
  const rows = fieldRows(view).slice(0, ROWS_SHOWN);
  const isCompared =
    underWay !== null && rows.some((run) => isComparable(view, run, underWay.feed.track !== null));
  const hasMeasures = isCompared || rows.some((run) => isMeasured(view.heat, run));
  const size = isCrowded(view) ? "field-list--many" : rows.length <= FEW_ROWS ? "field-list--few" : "";
  return html`<ol class="field-list ${hasMeasures ? "field-list--measured" : ""} ${size}" data-testid="field">
    ${rows.map(
      (run) =>
        html`<li class="field-list__row ${gridColour(view.heat, run.car_id) === null ? "" : "field-list__row--grid"}" .style=${carColour(view.heat, run)}>
          <span class="field-list__place digits">${run.place ?? ""}</span>
          ${plate(run.entry)}
          <span class="name field-list__name"
            ><bdi>${run.entry.name}</bdi> ${timedOnlyMark(run.entry.is_timed_only)}</span
          >
          <span class="field-list__laps digits">${t("standings.laps", { count: run.laps })}</span>
          <span class="field-list__best digits">${lapTime(run.best_us)} ${hasMeasures ? nothing : penaltyOf(view.heat, run)}</span>
          <span class="field-list__gap digits">${gapOf(run)}</span>
          ${hasMeasures ? measuresOf(view, run, isCompared ? underWay : null) : nothing}
        </li>`,
    )}
  </ol>`;
}
