// A run of mine with every lap in figures: what the chart shows, for whoever reads or hears it.

import { html, nothing } from "lit";
import { NO_VALUE, gap, lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { drivenTexts } from "/static/parts/cars/driven.js";
import { sectorStrip, speedText } from "/static/parts/laps/measures.js";
import { lapNote } from "/static/parts/laps/notes.js";
import { countedUs } from "/static/people/laps/points.js";

/** Where a lap is played as the car saw it; nothing where no record of the run is here. */
export const watchLink = (eventId, run, lapNumber) =>
  !run.isPlayable
    ? nothing
    : html`<a
        class="button laps__watch"
        href="/replay?event=${eventId}&heat=${run.heat.heat_id}&entry=${run.entry_id}&lap=${lapNumber}"
        aria-label=${t("me.watch_lap", { number: lapNumber, heat: run.heat.number })}
        >▶</a
      >`;

function lapNotes(lap) {
  const note = lapNote({ ...lap, is_best: false });
  return html`${note === "" ? nothing : html`<span class="laps__note">${note}</span>`}
  ${sectorStrip(lap.sectors)}
  ${lap.top_speed === null ? nothing : html`<span class="muted digits">${speedText(lap.top_speed)}</span>`}`;
}

/** Behind the best of its run; a lap that doesn't count is behind nobody. */
function behind(lap, run) {
  if (lap.invalid !== null || run.best_lap_us === null) return NO_VALUE;
  return lap.is_best ? "▲" : gap(countedUs(lap) - run.best_lap_us);
}

const lapRow = (eventId, run, lap) =>
  html`<tr class="${lap.invalid ? "is-void" : ""} ${lap.is_best ? "is-best" : ""}">
    <th scope="row">${lap.number}</th>
    <td><strong>${lapTime(lap.duration_us)}</strong></td>
    <td>${lap.is_best ? html`<span role="img" aria-label=${t("paper.best")}>▲</span>` : behind(lap, run)}</td>
    <td class="laps__notes">${lapNotes(lap)}</td>
    ${!run.isPlayable ? nothing : html`<td>${watchLink(eventId, run, lap.number)}</td>`}
  </tr>`;

const lapTable = (eventId, run) =>
  html`<table class="laps__table digits">
    <thead>
      <tr>
        <th scope="col">${t("paper.lap")}</th>
        <th scope="col">${t("paper.time")}</th>
        <th scope="col">${t("me.to_best")}</th>
        <th scope="col" class="laps__notes">${t("paper.note")}</th>
        ${
          !run.isPlayable
            ? nothing
            : html`<th scope="col"><span class="visually-hidden">${t("replay.play")}</span></th>`
        }
      </tr>
    </thead>
    <tbody>
      ${run.laps.map((lap) => lapRow(eventId, run, lap))}
    </tbody>
  </table>`;

/** Why laps of a run were slow; its times alone where no record of it is here. */
const analysisLink = (eventId, run) =>
  html`<a
    class="button laps__analysis"
    href="/analysis?event=${eventId}&heat=${run.heat.heat_id}&entry=${run.entry_id}"
    >${t("analysis.open")}</a
  >`;

/** What the best sectors would make, the highest speed, and what the car says of the run. */
const runNotes = (run, row) =>
  [
    row?.ideal_us ? `${t("paper.ideal")} ${lapTime(row.ideal_us)}` : null,
    run.top_speed === null ? null : `${t("paper.top_speed")} ${speedText(run.top_speed)}`,
    ...drivenTexts(run.driven),
  ].filter((note) => note !== null);

/** The newest run is open, the others at a tap; `row` is my row in the heat's stage. */
export const runDetails = (eventId, run, row, isOpen) =>
  html`<details class="details" data-heat=${run.heat.heat_id} ?open=${isOpen}>
    <summary>
      <span class="row__main"
        >${t("me.heat", { number: run.heat.number })}
        <span class="muted"><bdi>${run.heat.stage_title}</bdi></span></span
      >
      <strong class="digits">${run.best_lap_us === null ? NO_VALUE : lapTime(run.best_lap_us)}</strong>
    </summary>
    ${runNotes(run, row).map((note) => html`<p class="muted digits">${note}</p>`)}
    ${lapTable(eventId, run)} ${analysisLink(eventId, run)}
  </details>`;
