// Which of a driver's laps a chart shows, and between which times. Pure.

/** More lines than these nobody tells apart: the newest heats, and the one with the best lap. */
export const NEWEST_N = 4;
/** A counted lap this much slower than the middle one was no lap but a mishap. */
const MISHAP = 1.6;
/** What doesn't count is shown where it lies, unless the laps that count would shrink for it. */
const NEAR = 1.25;
/** Room above and below the laps, as a share of what lies between them. */
const ROOM = 0.2;
/** Even laps that are all alike get a range, as a share of their time. */
const LEAST_RANGE = 0.02;

/** What a lap is ranked by: its penalty comes on top of what was driven. */
export const countedUs = (lap) => lap.duration_us + lap.penalty_us;

/** All runs with a lap, newest first, as `sheet` tells them. */
export const drivenRuns = (sheet) =>
  [...sheet.heats]
    .reverse()
    .flatMap((heat) =>
      heat.runs.map((run) => ({ ...run, heat, isPlayable: sheet.playable_heats.includes(heat.heat_id) })),
    )
    .filter((run) => run.laps.length > 0);

/** The best lap that counts, with its run: `{run, lap}`; null without one. The first driven of equals. */
export function bestOf(runs) {
  const counted = [...runs]
    .reverse()
    .flatMap((run) => run.laps.filter((lap) => lap.invalid === null).map((lap) => ({ run, lap })));
  return counted.reduce(
    (best, each) => (best === null || countedUs(each.lap) < countedUs(best.lap) ? each : best),
    null,
  );
}

/** The runs that a chart has lines for, newest first. */
export function chartedRuns(runs) {
  const newest = runs.slice(0, NEWEST_N);
  const best = bestOf(runs)?.run ?? null;
  return best === null || newest.includes(best) ? newest : [...newest, best];
}

const middle = (ordered) => ordered[Math.floor((ordered.length - 1) / 2)];

/** The times that the chart spans, `[low, high]` in microseconds; what lies beyond is at its edge. */
export function timeRange(runs) {
  const laps = runs.flatMap((run) => run.laps);
  const ascending = (some) => some.map(countedUs).sort((one, other) => one - other);
  const all = ascending(laps);
  const counted = ascending(laps.filter((lap) => lap.invalid === null));
  const told = counted.length > 0 ? counted : all;
  const slowest = middle(told) * MISHAP;
  const usual = told.filter((us) => us <= slowest);
  const near = all.filter((us) => us >= told[0] / NEAR && us <= usual.at(-1) * NEAR);
  const [low, high] = [Math.min(told[0], ...near), Math.max(usual.at(-1), ...near)];
  const room = Math.max(high - low, low * LEAST_RANGE) * ROOM;
  return [Math.max(0, low - room), high + room];
}
