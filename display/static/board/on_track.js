// Who is driving: the running lap clock, last and best lap, gap to the leader, the run's laps.

import { html, nothing } from "lit";
import { bound, gap, lapTime, runningTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import {
  bestLap,
  carOf,
  entryOf,
  hasField,
  lapClockUs,
  lapMark,
  lastDeltaUs,
  lastLap,
  runLaps,
} from "/static/view_model.js";
import { cutEntry, cutSentence } from "/static/parts/standings/cut.js";
import { hasRivals } from "/static/board/heat/delta.js";
import { fieldList, fieldTitle, isCrowded } from "/static/board/heat/field.js";
import { anewStrip, flagStrip } from "/static/board/heat/flags.js";
import { sectorStrip, speedText } from "/static/parts/laps/measures.js";
import { gapToLeader } from "/static/parts/standings/worth.js";
import { markGlyph, plate, timedOnlyMark } from "/static/parts/plate.js";
import { face } from "/static/parts/forms/picture.js";
import "/static/board/heat/lap_delta.js";
import "/static/board/heat/start_lights.js";
import "/static/parts/clocks/running_clock.js";

const LAPS_SHOWN = 7;
const MINUTE_US = 60_000_000;

/** With what the entry drives; on a virtual track all cars are alike. */
function driven(heat, car) {
  if (heat.is_virtual) return html`<span class="driver__car">${t("show.on_track")}</span>`;
  return car === null ? nothing : html`<span class="driver__car"><bdi>${car.name}</bdi></span>`;
}

/** Plate, name and car of the heat's entry, as every scene with a driver shows them. */
export function driverLine(view) {
  const { heat } = view;
  const entry = entryOf(view, heat.entry_id);
  const car = carOf(view, heat.car_id);
  const isLong = entry.name.length > 18;
  return html`<div class="driver ${isLong ? "driver--long" : ""}">
    ${face(entry.picture, "driver__face")}${plate(entry)}
    <div class="driver__text">
      <bdi class="driver__name" data-testid="driver">${entry.name}</bdi>
      ${timedOnlyMark(entry.is_timed_only)}
      ${driven(heat, car)}
    </div>
  </div>`;
}

const provisionalClass = (lap) =>
  lap.is_provisional && lap.state === "valid" ? "is-provisional" : "";

/** How far off a lap may be that wasn't timed by one gate alone, such as by hand. */
const aboutMark = (lap) =>
  lap === null || lap.bound_us === 0
    ? nothing
    : html`<span class="about">≈ ${bound(lap.bound_us, language())}</span>`;

/** What a ruling added to a lap: what counts is both together. */
const penaltyMark = (lap, name) =>
  (lap?.penalty_us ?? 0) === 0
    ? nothing
    : html`<span class="${name} digits" title=${t("paper.penalty", { time: lapTime(lap.penalty_us) })}
        >+${lapTime(lap.penalty_us)}</span
      >`;

/** The laps of the run as chips, the newest last; older ones than fit are counted. */
export function lapStrip(heat) {
  const laps = runLaps(heat);
  const hidden = Math.max(0, laps.length - LAPS_SHOWN);
  return html`<ol class="laps" aria-label=${t("laps.title")} data-testid="laps">
    ${hidden > 0 ? html`<li class="laps__more digits">+${hidden}</li>` : nothing}
    ${laps.slice(hidden).map(
      (lap) =>
        html`<li class="lap lap--${lapMark(lap)} ${provisionalClass(lap)}">
          <span class="lap__number">${t("laps.number", { number: lap.number })}</span>
          <span class="lap__time ${lap.duration_us >= MINUTE_US ? "lap__time--long" : ""} digits">${lapTime(lap.duration_us)}</span>
          ${markGlyph(lap)} ${penaltyMark(lap, "lap__off")}
          ${
            lap.off_tracks > 0
              ? html`<span class="lap__off" title=${t("laps.off_track", { count: lap.off_tracks })}
                  >${t("laps.off_track_short", { count: lap.off_tracks })}</span
                >`
              : nothing
          }
          ${aboutMark(lap)}
        </li>`,
    )}
  </ol>`;
}

/** A labelled lap time with its mark; `lap` null shows a dash. */
function lapFigure(label, lap, testId) {
  const mark = lap === null ? "" : `figure--${lapMark(lap)} ${provisionalClass(lap)}`;
  return html`<div class="figure ${mark}" data-testid=${testId}>
    <span class="label">${label} ${penaltyMark(lap, "figure__penalty")} ${aboutMark(lap)}</span>
    <span class="figure__value"
      ><span class="digits">${lapTime(lap?.duration_us)}</span
      >${lap === null ? nothing : markGlyph(lap)}</span
    >
  </div>`;
}

/** The difference of the last lap to the best one before it: how the driver is doing. */
function lastDelta(heat) {
  const deltaUs = lastDeltaUs(heat);
  if (deltaUs === null) return nothing;
  return html`<span class="delta digits ${deltaUs < 0 ? "delta--faster" : "delta--slower"}"
    >${gap(deltaUs)}</span
  >`;
}

function leaderFigure(view) {
  const standing = Object.values(view.standings).find((row) => row.entry_id === view.heat.entry_id);
  const hasValue = standing !== undefined && standing.value_us !== null;
  return html`<div class="figure" data-testid="gap">
    <span class="label">${t("figure.leader_gap")}</span>
    <span class="figure__value"
      >${
        hasValue
          ? html`<span class="position digits"
                >${t("figure.position", { rank: standing.rank })}</span
              >
              <span class="digits"
                >${standing.rank === 1 ? t("figure.leads") : gapToLeader(standing)}</span
              >`
          : html`<span class="digits">${gap(null)}</span>`
      }</span
    >
  </div>`;
}

/** What the one on track is away from the cut, where the stage leads to another. */
function cutFigure(view) {
  const at = cutEntry(view, view.heat.entry_id);
  if (at === null || view.cut.is_drawn) return nothing;
  return html`<p class="figures__cut digits ${at.way === null ? "" : "figures__cut--in"}" data-testid="cut">
    ${at.way === null ? nothing : html`<span aria-hidden="true">✓</span>`}
    ${cutSentence(view.cut, at)}
  </p>`;
}

/** Last lap, best lap and gap: beside the clock while running, alone in the result. */
export function figures(view) {
  const { heat } = view;
  return html`<div class="figures">
    <div class="figures__last">
      ${lapFigure(t("figure.last"), lastLap(heat), "last-lap")}${lastDelta(heat)}
    </div>
    ${lapFigure(t("figure.best"), bestLap(heat), "best-lap")} ${leaderFigure(view)} ${cutFigure(view)}
  </div>`;
}

/** Sectors of the lap under way (until the first ends, of the last one), ideal lap, speed. */
export function measures(heat) {
  const run = heat.runs[heat.entry_id];
  if (run === undefined) return nothing;
  const sectors = run.sectors.length > 0 ? run.sectors : (lastLap(heat)?.sectors ?? []);
  const notes = [
    run.ideal_us === null ? null : ["ideal", t("figure.ideal"), lapTime(run.ideal_us)],
    run.speed === null ? null : ["speed", t("figure.trap"), speedText(run.speed)],
  ].filter((note) => note !== null);
  if (sectors.length === 0 && notes.length === 0) return nothing;
  return html`<div class="measures">
    ${sectorStrip(sectors)}
    ${notes.map(
      ([id, label, text]) =>
        html`<p class="measure" data-testid=${id}>
          <span class="label">${label}</span> <span class="digits">${text}</span>
        </p>`,
    )}
  </div>`;
}

/** The lights before the go, where the heat has them. */
const lights = (heat, feed) =>
  heat.lights_us === null
    ? nothing
    : html`<start-lights .feed=${feed} .heat=${heat}></start-lights>`;

function fieldHero(view, feed, traces) {
  return html`<section class="hero hero--running hero--field">
    ${flagStrip(view, feed)} ${anewStrip(view)} ${isCrowded(view) ? nothing : fieldTitle(view)} ${lights(view.heat, feed)} ${fieldList(view, { feed, traces })}
  </section>`;
}

/** The lap under way against others, once there is one to hold it against. */
function lapDelta(view, feed, traces) {
  const run = view.heat.runs[view.heat.entry_id];
  if (run === undefined || !hasRivals(view, run.entry_id)) return nothing;
  return html`<lap-delta .feed=${feed} .view=${view} .traces=${traces} .run=${run}></lap-delta>`;
}

export function runningHero(view, feed, traces) {
  const { heat } = view;
  if (hasField(heat)) return fieldHero(view, feed, traces);
  const read = (nowUs) => {
    const us = lapClockUs(heat, nowUs);
    return runningTime(us ?? 0);
  };
  const isOut = heat.lap_opened_us === null;
  return html`<section
    class="hero hero--running"
    .style=${`--driver:${entryOf(view, heat.entry_id).colour}`}
  >
    ${flagStrip(view, feed)} ${driverLine(view)} ${lights(heat, feed)}
    <div class="hero__body">
      <div class="hero__clock ${isOut ? "hero__clock--waiting" : ""}">
        <span class="label label--lap digits" data-testid="lap-number"
          >${isOut ? t("running.out_lap") : t("running.lap", { number: runLaps(heat).length + 1 })}</span
        >
        <running-clock
          class="big-clock"
          data-testid="lap-clock"
          .feed=${feed}
          .read=${read}
        ></running-clock>
      </div>
      ${figures(view)}
    </div>
    ${lapDelta(view, feed, traces)} ${measures(heat)} ${lapStrip(heat)}
  </section>`;
}
