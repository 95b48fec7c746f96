// What a broadcast shows of the document at an instant: pure functions that ask for nothing.

import { isBeforeGo, isOnTrack, isUnderWay, runRows } from "/static/view_model.js";

/** How long a run that ended stays on the picture. */
const RESULT_US = 12_000_000;

/** Which part of a heat is on: `called`, `lights`, `running`, `result`; null for nothing to say. */
export function partOnAir({ heat }, nowUs) {
  if (heat === null || nowUs === null) return null;
  if (isUnderWay(heat)) return isBeforeGo(heat, nowUs) ? "lights" : "running";
  if (isOnTrack({ heat })) return "called";
  const isFresh = heat.phase === "finished" && nowUs < (heat.ended_us ?? 0) + RESULT_US;
  return isFresh ? "result" : null;
}

/** The runs to name: in a practice those on track, else all of the heat. */
export const runsOnAir = (view) =>
  runRows(view).filter((run) => !view.heat.is_practice || run.is_on_track);

/**
 * The first `count` rows; whoever is on track below them takes the last one's place, since the
 * picture shows them.
 */
export function towerRows(rows, count) {
  const top = rows.slice(0, count);
  const below = rows.slice(count).find((row) => row.isOnTrack);
  if (below === undefined || top.some((row) => row.isOnTrack)) return top;
  return [...top.slice(0, -1), below];
}
