// Where a lap is at an instant: which picture and which decision were the newest then. Pure.

/** The place of the last element whose `at_us` isn't after the instant; -1 before the first. */
export function newestAt(rows, us) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].at_us <= us) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A share of the lap's time as an instant of it, whole microseconds. */
export const atShare = (trace, share) => Math.round(share * trace.duration_us);

/** The share of the lap at which the next picture is, or the one before (`step` −1); stays in it. */
export function shareOfNeighbour(trace, share, step) {
  if (trace.pictures.length === 0 || trace.duration_us === 0) return share;
  const now = newestAt(trace.pictures, atShare(trace, share));
  const wanted = Math.min(Math.max(now + step, 0), trace.pictures.length - 1);
  return Math.min(1, Math.max(0, trace.pictures[wanted].at_us / trace.duration_us));
}

/** What a panel shows at an instant; before the first picture or decision that one is shown. */
export function momentOf(trace, us) {
  const first = (rows) => rows[Math.max(0, newestAt(rows, us))] ?? null;
  return {
    picture: first(trace.pictures),
    step: first(trace.steps),
    word: trace.words[newestAt(trace.words, us)] ?? null,
  };
}

/** Nearest-rank percentile of what is there; null of nothing. */
export function percentile(values, share) {
  const ordered = values.filter((value) => value !== null).sort((one, other) => one - other);
  if (ordered.length === 0) return null;
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)];
}
