// What a row of the standings is worth under the stage's format, and how far it is behind.

import { gap, lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";

/** Stands for the sign of an interval that the clocks can't tell from none: "≈0.001". */
export const CLOSE = "≈";

/** Stages of matches count laps where two race each other, and take the best lap elsewhere. */
const MATCHES = ["single_elimination", "double_elimination"];

/** What the value of a format's rows is called: best lap, mean, total, laps, points. */
export function valueName(format, rows) {
  const countsLaps = MATCHES.includes(format) && rows.some((row) => (row.value_laps ?? null) !== null);
  return tCode("format_value", countsLaps ? "total_time" : format);
}

/** The same of the board's document. */
export const valueTitle = (view) => valueName(view.stage?.format_name ?? "time_trial", view.standings ?? []);

/** What ranks, without the laps before it: "9.482", "43 pts"; how the run ended where it has none. */
export function figure(row) {
  if ((row.value_points ?? null) !== null) return t("standings.points", { points: row.value_points });
  if (row.value_us === null && (row.status ?? null) !== null) return t(`standing_status.${row.status}`);
  return `${isExact(row) ? "" : "≈ "}${lapTime(row.value_us)}`;
}

/** Times are shown to the millisecond: within it there is nothing to warn of. */
export const isExact = (row) => (row.bound_us ?? 0) < 1000 || row.value_us === null;

/** What ranks, behind the laps where the format counts them: "9.482", "7 · 1:02.345", "43 pts". */
export const value = (row) =>
  row.value_laps === null ? figure(row) : `${row.value_laps} · ${figure(row)}`;

/** How much of the value are penalties: "+2.000 pen."; "" for none. */
export const penaltyText = (row) =>
  row.penalty_us > 0 ? t("standings.penalty", { time: gap(row.penalty_us) }) : "";

/** A distance in points or in laps where those differ, else in time: "+2 L", "+0.482"; null → "–". */
function distance(us, laps, points) {
  if ((points ?? null) !== null) return t("standings.points_behind", { points });
  return laps === null ? gap(us) : t("standings.laps_behind", { laps });
}

export const gapToLeader = (row) => distance(row.gap_us, row.gap_laps, row.gap_points);

export function gapToAbove(row) {
  const behind = distance(row.interval_us, row.interval_laps, row.interval_points);
  return row.is_close ? behind.replace("+", CLOSE) : behind;
}

/** What told the row apart from the one above it, where both are worth the same; "" elsewhere. */
export function decidedBy(row) {
  const isEqual = row.interval_us === 0 || row.interval_points === 0;
  if (row.decided_by === null || !isEqual || row.rank === 1) return "";
  return t("standings.decided_by", { what: tCode("tie_break", row.decided_by) });
}

/** A row's name: its entry's or, where a team stands, those of all its members. */
export const namesOfRow = (view, row) =>
  (row.member_entry_ids ?? []).length < 2
    ? row.entry.name
    : row.member_entry_ids.map((id) => view.entries[id]?.name ?? id).join(" / ");
