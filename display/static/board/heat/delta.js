// How a lap under way stands against another lap: by its sectors, or by the way it went. Pure.

/** Below this a car stands where it started: a difference would say nothing yet. */
const SETTLED_US = 400_000;

/** The reference of an entry, and the leader's where that is another; nulls where none is known. */
export function rivalsOf(view, entryId) {
  const leader = Object.values(view.standings).find((row) => row.rank === 1 && row.is_ranked);
  const own = view.references[entryId] ?? null;
  const other =
    leader && leader.entry_id !== entryId ? (view.references[leader.entry_id] ?? null) : null;
  return { own, leader: other };
}

/** Whether there is any lap that the entry's lap under way can be held against. */
export function hasRivals(view, entryId) {
  const { own, leader } = rivalsOf(view, entryId);
  return own !== null || leader !== null;
}

/** Whether the run's lap can be held against another at all: by sectors, or by where its car is. */
export function isComparable(view, run, hasTrack) {
  const known = Object.values(rivalsOf(view, run.entry_id)).filter((lap) => lap !== null);
  const hasWay = hasTrack && (run.car_id ?? null) !== null;
  return known.some((lap) => hasWay || lap.splits.length > 0);
}

/**
 * The sectors that have ended against the same part of another lap: `{us, boundUs, sector}`; null
 * where no gate saw both, as before the first.
 */
export function sectorDelta(sectors, reference) {
  if (reference === null || sectors.length === 0 || sectors[0].first !== 1) return null;
  let us = 0;
  let boundUs = 0;
  let found = null;
  for (const each of sectors) {
    us += each.duration_us;
    boundUs += each.bound_us;
    const split = reference.splits.find(({ sector }) => sector === each.last);
    if (split === undefined) continue;
    found = { us: us - split.at_us, boundUs: boundUs + split.bound_us, sector: each.last };
  }
  return found;
}

/** When a way (`[us, frac]` pairs, frac growing) reached a part of the lap; null beyond its ends. */
export function reachedUs(way, frac) {
  let low = 0;
  let high = way.length - 1;
  if (high < 1 || frac < way[0][1] || frac > way[high][1]) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (way[middle][1] <= frac) low = middle;
    else high = middle;
  }
  const [fromUs, from] = way[low];
  const [toUs, to] = way[high];
  return to === from ? fromUs : fromUs + ((toUs - fromUs) * (frac - from)) / (to - from);
}

/** The newest place of a lap under way against another lap's way; null where that isn't known. */
export function wayDelta(way, reference) {
  const [us, frac] = way.at(-1) ?? [0, 0];
  if (reference === null || us < SETTLED_US) return null;
  const thenUs = reachedUs(reference, frac);
  return thenUs === null ? null : us - thenUs;
}
