// Several entries in one heat: places, gaps and laps side by side, in the hero's room.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { runRows } from "/static/view_model.js";
import { gapToLeader } from "/static/parts/worth.js";
import { plate } from "/static/parts/plate.js";

const ROWS_SHOWN = 6;

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

export function fieldList(view) {
  const rows = fieldRows(view).slice(0, ROWS_SHOWN);
  return html`<ol class="field-list" data-testid="field">
    ${rows.map(
      (run) =>
        html`<li class="field-list__row">
          <span class="field-list__place digits">${run.place ?? ""}</span>
          ${plate(run.entry)}
          <bdi class="name field-list__name">${run.entry.name}</bdi>
          <span class="field-list__laps digits">${t("standings.laps", { count: run.laps })}</span>
          <span class="field-list__best digits">${lapTime(run.best_us)}</span>
          <span class="field-list__gap digits">${gapOf(run)}</span>
        </li>`,
    )}
  </ol>`;
}
