// What a ruling would change, in words: the places that move, then the laps and the runs.

import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";

const NOTHING = "–";
const rank = (value) => (value === null ? NOTHING : String(value));

/** The moves whose place changes; the others only change their value. */
export const placesThatMove = (preview) =>
  preview.places.filter((move) => move.rank_before !== move.rank_after);

/** The sentence above the list: how many places move. */
export function movesSentence(preview) {
  const count = placesThatMove(preview).length;
  if (count === 0) return t("marshal.no_place_moves");
  return count === 1 ? t("marshal.one_place_moves") : t("marshal.places_move", { count });
}

export const moveLine = (move) => `${rank(move.rank_before)} → ${rank(move.rank_after)}`;

function lapWorth(figures) {
  if (figures === null) return NOTHING;
  const penalty = figures.penalty_us > 0 ? `\u00a0+${lapTime(figures.penalty_us)}` : "";
  const time = `${lapTime(figures.duration_us)}${penalty}`;
  return figures.invalid === null ? time : `✕\u00a0${time} (${tCode("fault", figures.invalid)})`;
}

/** One line for a lap: whose, which one, and what it is worth before and after. */
export function lapLine(view, change) {
  const { number } = change.after ?? change.before;
  const lap = t("marshal.lap_of", {
    number,
    name: entryOf(view, change.entry_id).name,
    heat: change.heat_number,
  });
  return `${lap}: ${lapWorth(change.before)} → ${lapWorth(change.after)}`;
}

const status = (figures) =>
  figures.status === null ? NOTHING : tCode("outcome", figures.status);

/** The lines for a run: its status, its penalty, its incidents and its window. */
export function runLines(view, change) {
  const { before, after } = change;
  const name = entryOf(view, change.entry_id).name;
  const lines = [];
  if (before.status !== after.status)
    lines.push(`${name}: ${status(before)} → ${status(after)}`);
  if (before.penalty_us !== after.penalty_us)
    lines.push(
      `${name}: ${t("marshal.run_penalty")} ${lapTime(before.penalty_us)} → ${lapTime(after.penalty_us)}`,
    );
  if (before.off_tracks !== after.off_tracks)
    lines.push(`${name}: ${t("marshal.off_tracks")} ${before.off_tracks} → ${after.off_tracks}`);
  if (before.resets !== after.resets)
    lines.push(`${name}: ${t("marshal.resets")} ${before.resets} → ${after.resets}`);
  if (before.window_closes_us !== after.window_closes_us)
    lines.push(`${name}: ${t("marshal.window_moves")}`);
  return lines;
}
