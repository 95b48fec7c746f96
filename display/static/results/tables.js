// The tables of an event's results: the same columns as in the files that the server writes.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { controlsText } from "/static/parts/laps/interventions.js";
import { drivenTexts } from "/static/parts/cars/driven.js";
import { sectorsText, speedText } from "/static/parts/laps/measures.js";
import { titleInStage } from "/static/parts/standings/match.js";
import { valueName } from "/static/parts/standings/worth.js";
import { joined, lapNote, penaltyNote } from "/static/parts/laps/notes.js";
import { timedOnlyMark } from "/static/parts/plate.js";

const NOTHING = "–";

const cell = (text, isFigure, tag) =>
  tag === "th"
    ? html`<th scope="col" class=${isFigure ? "figure" : ""}>${text}</th>`
    : html`<td class=${isFigure ? "figure" : ""}><bdi>${text}</bdi></td>`;

/** `columns` are [heading, isFigure, cell of a row]; `isStrong` says which rows stand out. */
export const table = (columns, rows, isStrong) =>
  html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${columns.map(([heading, isFigure]) => cell(heading, isFigure, "th"))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr class=${isStrong(row) ? "strong" : ""}>
              ${columns.map(([, isFigure, text]) => cell(text(row), isFigure, "td"))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

/** To within a millisecond, which is what is shown, a time is exact. */
const timeWithin = (us, boundUs) =>
  `${us !== null && (boundUs ?? 0) >= 1000 ? "≈ " : ""}${lapTime(us)}`;

function worth(row) {
  if (row.value_points !== null) return String(row.value_points);
  const text = timeWithin(row.value_us, row.bound_us);
  return row.value_laps === null ? text : `${row.value_laps} · ${text}`;
}

function gap(row) {
  const mark = row.is_close ? "≈ " : "";
  if (row.gap_points !== null) return row.gap_points ? `${mark}−${row.gap_points}` : "";
  if (row.gap_laps) return t("standings.laps_behind", { laps: row.gap_laps });
  return row.gap_us ? `${mark}+${lapTime(row.gap_us)}` : "";
}

const rowNote = (row) =>
  joined([
    row.status === null ? null : tCode("run_status", row.status),
    penaltyNote(row.penalty_us),
    row.decided_by === null
      ? null
      : t("standings.decided_by", { what: tCode("tie_break", row.decided_by) }),
  ]);

export const placesTable = (places) =>
  table(
    [
      [t("paper.place"), true, (each) => each.place],
      [t("paper.entry"), true, (each) => each.number],
      [t("standings.name"), false, (each) => each.driver],
      [t("paper.decided_by_stage"), false, (each) => each.stage_title],
    ],
    places,
    (each) => each.place <= 3,
  );

/** Columns that nobody has anything in are left out. */
export function stageColumns({ format_name: format, rows }) {
  const isWanted = ([, , text]) => rows.some((row) => text(row) !== "");
  const optional = [
    [t("paper.region"), false, (row) => row.region ?? ""],
    [t("paper.class"), false, (row) => row.class_name ?? ""],
    [t("paper.team"), false, (row) => row.team ?? ""],
    [t("paper.car"), false, (row) => row.car ?? ""],
  ].filter(isWanted);
  const hasBest = rows.some((row) => row.best_lap_us !== row.value_us);
  return [
    [t("standings.rank"), true, (row) => (row.is_ranked ? row.rank : NOTHING)],
    [t("paper.entry"), true, (row) => row.number],
    [t("standings.name"), false, (row) => html`${row.driver} ${timedOnlyMark(row.is_timed_only)}`],
    ...optional,
    [valueName(format, rows), true, worth],
    [t("standings.gap"), true, gap],
    ...(hasBest ? [[t("paper.best_lap"), true, (row) => timeWithin(row.best_lap_us, row.best_lap_bound_us)]] : []),
    ...[
      [t("paper.ideal"), true, (row) => (row.ideal_us === null ? "" : lapTime(row.ideal_us))],
    ].filter(isWanted),
    [t("paper.laps"), true, (row) => row.laps],
    ...[[t("paper.note"), false, rowNote]].filter(isWanted),
  ];
}

export const stageTable = (stage, columns) =>
  table(columns, stage.rows, (row) => row.is_ranked && row.rank <= 3);

function time(lap) {
  const text = timeWithin(lap.duration_us, lap.bound_us);
  return lap.invalid === null ? text : `(${text})`;
}

/** Columns that no lap of the run has anything in are left out. */
function lapColumns({ laps }) {
  const isWanted = ([, , text]) => laps.some((lap) => text(lap) !== "");
  const optional = [
    [t("paper.sectors"), false, (lap) => sectorsText(lap.sectors)],
    [
      t("paper.top_speed"),
      true,
      (lap) => (lap.top_speed === null ? "" : speedText(lap.top_speed)),
    ],
  ].filter(isWanted);
  return [
    [t("paper.lap"), true, (lap) => lap.number],
    [t("paper.time"), true, time],
    ...optional,
    [t("paper.note"), false, lapNote],
  ];
}
const runNote = (run) =>
  joined([
    run.status === null ? null : tCode("run_status", run.status),
    run.is_confirmed ? t("paper.confirmed") : null,
    run.false_starts_n > 0 ? t("paper.false_start") : null,
    run.reaction_us === null ? null : t("paper.reaction", { time: reaction(run) }),
    controlsText(run.controls) || null,
  ]);

const reaction = (run) => timeWithin(run.reaction_us, run.reaction_bound_us);

/** One run with every lap. */
export const runSheet = (run) =>
  html`<section class="run ${run.laps.some((lap) => lap.sectors.length > 0) ? "run--sectors" : ""}">
    <h4>
      <span class="digits">${run.number}</span> <bdi>${run.driver}</bdi>
      ${run.car === null ? nothing : html`<small><bdi>${run.car}</bdi></small>`}
    </h4>
    ${runNote(run) === "" ? nothing : html`<p>${runNote(run)}</p>`}
    ${drivenTexts(run.driven).map((text) => html`<p class="digits">${text}</p>`)}
    ${
      run.laps.length === 0
        ? html`<p>${t("paper.no_results")}</p>`
        : table(lapColumns(run), run.laps, (lap) => lap.is_best)
    }
  </section>`;

export function heatTitle(heat, stages) {
  const stage = stages.find((each) => each.stage_id === heat.stage_id);
  const parts = [heat.stage_title, t("paper.heat", { number: heat.number })];
  if (heat.match_name !== "") {
    parts.push(titleInStage(heat.match_name, stage?.format_name, stage?.field_n));
  } else if (heat.round_number > 1) parts.push(t("paper.round", { number: heat.round_number }));
  if (heat.phase === "abandoned") parts.push(t("paper.abandoned"));
  return parts.join(" · ");
}

export const awardTitle = (award) =>
  award.kind === "own" ? award.title : tCode("award", award.kind);

export const awardReason = (award) =>
  award.kind === "own"
    ? award.reason
    : tCode("award_why", award.kind, {
        from: lapTime(award.from_us),
        to: lapTime(award.to_us),
        heat: award.heat_number,
        laps: award.laps,
        incidents: award.incidents,
        place: award.place,
      });
