// At which instants two laps are shown together: at one place, or so long after one start. Pure.

import { placeAt, usAt } from "/static/analysis/charts/along.js";
import { atShare } from "/static/replay/track_of_time.js";

/** The longest of the laps that are there leads; null of none. */
export const leading = (picks) =>
  picks
    .filter((pick) => pick.trace !== null)
    .toSorted((one, other) => other.trace.duration_us - one.trace.duration_us)[0] ?? null;

const isAlong = (pick) => pick.curves?.basis === "distance";

/**
 * Each pick's instant at a share of the leading lap's time. From one start all clocks run alike, and
 * who is home waits; at one place it is that of the course where both laps know it, else that share.
 */
export function instantsOf(picks, share, isRace) {
  const first = leading(picks);
  return picks.map((pick) => {
    if (pick.trace === null || first === null) return 0;
    const us = atShare(first.trace, share);
    if (isRace) return Math.min(us, pick.trace.duration_us);
    if (pick !== first && isAlong(pick) && isAlong(first)) {
      return Math.round(usAt(pick.curves, placeAt(first.curves, us)));
    }
    return atShare(pick.trace, share);
  });
}
