// What the commentator sees of the race itself: who is on track, who comes, how it stands.

import { html, nothing } from "lit";
import { countdown, gap, lapTime, NO_VALUE, runningTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import {
  bestLap,
  carOf,
  entryOf,
  hasField,
  isOnTrack,
  isUnderWay,
  lapClockUs,
  lastDeltaUs,
  lastLap,
  queueRows,
  runLaps,
  runRows,
  standingsRows,
  windowState,
} from "/static/view_model.js";
import { flagStrip } from "/static/board/heat/flags.js";
import { cutDistance, cutEntry, cutGlyph, cutSentence } from "/static/parts/standings/cut.js";
import { titleInView } from "/static/parts/standings/match.js";
import { moves } from "/static/parts/standings/moves.js";
import { markGlyph, plate } from "/static/parts/plate.js";
import {
  figure,
  gapToAbove,
  gapToLeader,
  namesOfRow,
  value,
  valueTitle,
} from "/static/parts/standings/worth.js";
import "/static/parts/clocks/running_clock.js";

const NEXT_SHOWN = 4;

const fact = (label, content, testId) =>
  html`<div class="fact" data-testid=${testId}><dt>${label}</dt><dd class="digits">${content}</dd></div>`;

const lapWithMark = (lap) =>
  lap === null ? NO_VALUE : html`${lapTime(lap.duration_us)} ${markGlyph(lap)}`;

/** Place and gap in the stage, and the way to the cut, of whoever drives. */
function standingFacts(view, entryId) {
  const row = standingsRows(view).find((each) => each.entry_id === entryId);
  if (row === undefined || row.value_us === null || !row.is_ranked) return nothing;
  return html`${fact(t("commentator.place"), html`${t("figure.position", { rank: row.rank })} ${moves(row)}`, "place")}
    ${fact(t("standings.gap"), row.rank === 1 ? t("figure.leads") : gapToLeader(row), "gap")}
    ${row.rank === 1 ? nothing : fact(t("standings.interval"), gapToAbove(row), "interval")}`;
}

function cutLine(view) {
  const at = cutEntry(view, view.heat.entry_id);
  if (at === null || view.cut.is_drawn) return nothing;
  return html`<p class="on-track__cut">${cutSentence(view.cut, at)}</p>`;
}

function clocks(view, feed) {
  const { heat } = view;
  if (!isUnderWay(heat)) return html`<p class="on-track__phase">${tCode("phase", heat.phase)}</p>`;
  const left = (nowUs) => {
    const state = windowState(view, nowUs);
    return state.isClosed ? t("window.closed") : countdown(state.remainingUs);
  };
  const lap = (nowUs) => runningTime(lapClockUs(heat, nowUs) ?? 0);
  const number = runLaps(heat).length + 1;
  const title = heat.lap_opened_us === null ? t("running.out_lap") : t("running.lap", { number });
  return html`<dl class="facts">
    ${hasField(heat) ? nothing : fact(title, html`<running-clock .feed=${feed} .read=${lap}></running-clock>`, "clock")}
    ${heat.is_virtual ? nothing : fact(t("window.title"), html`<running-clock .feed=${feed} .read=${left}></running-clock>`, "window")}
  </dl>`;
}

function oneDriver(view) {
  const { heat } = view;
  const entry = entryOf(view, heat.entry_id);
  const car = carOf(view, heat.car_id);
  const deltaUs = lastDeltaUs(heat);
  const last = lastLap(heat);
  const more = [entry.region, entry.class_name].filter(Boolean).join(" · ");
  return html`<p class="on-track__who">
      ${plate(entry)}<bdi class="on-track__name" data-testid="driver">${entry.name}</bdi>
    </p>
    <p class="muted">
      ${car === null ? nothing : html`<bdi>${car.name}</bdi>`}${more === "" ? nothing : html` · <bdi>${more}</bdi>`}
    </p>
    <dl class="facts">
      ${fact(t("figure.last"), html`${lapWithMark(last)}${deltaUs === null ? nothing : html` <small>${gap(deltaUs)}</small>`}`, "last-lap")}
      ${fact(t("figure.best"), lapWithMark(bestLap(heat)), "best-lap")}
      ${standingFacts(view, heat.entry_id)}
    </dl>
    ${cutLine(view)}
    <ol class="lap-row digits" aria-label=${t("laps.title")}>
      ${runLaps(heat).map((lap) => html`<li>${lap.number}: ${lapTime(lap.duration_us)} ${markGlyph(lap)}</li>`)}
    </ol>`;
}

function manyDrivers(view) {
  const rows = runRows(view).filter((run) => !view.heat.is_practice || run.is_on_track);
  return html`<ol class="runs">
    ${rows.map(
      (run) =>
        html`<li class="runs__row">
          <b class="digits">${run.place ?? ""}</b> ${plate(run.entry)}
          <bdi class="name">${run.entry.name}</bdi>
          <span class="digits">${t("standings.laps", { count: run.laps })}</span>
          <span class="digits">${lapTime(run.best_us)}</span>
          <span class="digits">${run.place > 1 ? gapToLeader(run) : ""}</span>
        </li>`,
    )}
  </ol>`;
}

/** The heat on track, or the last one until the next is called. */
export function onTrackPanel(view, feed) {
  const { heat } = view;
  const title = heat === null || isOnTrack(view) ? t("commentator.on_track") : t("commentator.last_heat");
  const match = titleInView(view, heat?.match_name);
  return html`<section class="card on-track" aria-labelledby="on-track">
    <h2 class="card__title" id="on-track">
      ${title}
      ${heat === null ? nothing : html`<small class="digits">${[t("plan.heat_number", { number: heat.number }), match].filter(Boolean).join(" · ")}</small>`}
    </h2>
    ${
      heat === null
        ? html`<p class="muted">${t("scene.idle")}</p>`
        : html`${flagStrip(view, feed)} ${hasField(heat) ? manyDrivers(view) : oneDriver(view)} ${clocks(view, feed)}`
    }
  </section>`;
}

/** What there is to say of who comes: their number, and how they stand so far. */
function comingRow(view, entry) {
  const row = standingsRows(view).find((each) => each.entry_id === entry.entry_id);
  const hasPlace = row !== undefined && row.value_us !== null && row.is_ranked;
  return html`<li class="next__row">
    ${plate(entry)}<bdi class="name">${entry.name}</bdi>
    <span class="muted digits"
      >${hasPlace ? `${t("figure.position", { rank: row.rank })} · ${value(row)}` : t("standings.to_come")}</span
    >
  </li>`;
}

export function nextPanel(view) {
  const rows = queueRows(view).slice(0, NEXT_SHOWN);
  return html`<section class="card" aria-labelledby="next">
    <h2 class="card__title" id="next">${t("next.title")}</h2>
    ${
      rows.length === 0
        ? html`<p class="muted">${t("next.none")}</p>`
        : html`<ol class="next" data-testid="next">
            ${rows.map((heat) =>
              heat.is_practice
                ? html`<li class="next__row">${t("race.practice")}</li>`
                : heat.entries.map((entry) => comingRow(view, entry)),
            )}
          </ol>`
    }
  </section>`;
}

function standingRow(view, row) {
  const at = cutEntry(view, row.entry_id);
  const hasPlace = row.best_lap_us !== null && row.is_ranked;
  return html`<tr
    class="${row.isOnTrack ? "is-now" : ""} ${view.cut?.line_after === row.entry_id ? "is-line" : ""}"
    data-entry=${row.entry_id}
  >
    <td class="digits">${hasPlace ? row.rank : NO_VALUE}</td>
    <td>${moves(row)}</td>
    <th scope="row">${plate(row.entry)} <bdi>${namesOfRow(view, row)}</bdi></th>
    <td class="digits ${row.is_provisional ? "is-provisional" : ""}">${row.value_laps === null ? figure(row) : value(row)}</td>
    <td class="digits">${row.rank === 1 ? NO_VALUE : gapToLeader(row)}</td>
    <td class="digits places__interval">${row.rank === 1 ? NO_VALUE : gapToAbove(row)}</td>
    ${view.cut === null ? nothing : html`<td class="digits">${at === null ? "" : html`${cutDistance(at)} ${cutGlyph(at)}`}</td>`}
  </tr>`;
}

export function standingsPanel(view) {
  const rows = standingsRows(view);
  return html`<section class="card" aria-labelledby="standings">
    <h2 class="card__title" id="standings">
      ${t("standings.title")} ${view.stage === null ? nothing : html`<small><bdi>${view.stage.title}</bdi></small>`}
    </h2>
    ${
      rows.length === 0
        ? html`<p class="muted">${t("standings.empty")}</p>`
        : html`<table class="places ${view.cut === null ? "" : "places--cut"}">
            <thead>
              <tr>
                <th scope="col">${t("standings.rank")}</th>
                <th scope="col"><span class="visually-hidden">${t("standings.moved")}</span></th>
                <th scope="col">${t("standings.name")}</th>
                <th scope="col">${valueTitle(view)}</th>
                <th scope="col">${t("standings.gap")}</th>
                <th scope="col" class="places__interval">${t("standings.interval")}</th>
                ${view.cut === null ? nothing : html`<th scope="col">${t("cut.column")}</th>`}
              </tr>
            </thead>
            <tbody>
              ${rows.map((row) => standingRow(view, row))}
            </tbody>
          </table>`
    }
  </section>`;
}
