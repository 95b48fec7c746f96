// The plan of the track that a lap was driven on: of who saw the car, else the known one that fits.

import { read } from "/static/api.js";
import { says } from "/static/analysis/charts/along.js";
import { fittingPlan } from "/static/analysis/charts/fitting.js";

let known = null;

/** The map of who saw where the cars were, as a plan to draw. */
function seenPlan({ name, inner, outer, finish, width_m: widthM }) {
  const areAlike = inner.length === outer.length;
  const centre = areAlike ? inner.map(([x, y], at) => [(x + outer[at][0]) / 2, (y + outer[at][1]) / 2]) : outer;
  return { name, shape: { inner, outer, finish, width_m: widthM, centre }, share: null };
}

/** A server that measures no tracks has none to draw: a path then stands alone. */
async function readPlans() {
  try {
    const rows = await read("/tracks");
    const plans = await Promise.all(rows.map((row) => read(`/tracks/${row.track_id}`)));
    return plans.map(({ name, shape }) => ({ name, shape }));
  } catch {
    return [];
  }
}

/** `{name, shape, share}` for a lap of a run, `share` null where the car was seen on it; null of none. */
export async function planOf(run, lap) {
  if (lap === null || !says(lap, "x_m")) return null;
  if (run.track !== null) return seenPlan(run.track);
  known ??= readPlans();
  return fittingPlan(lap, await known);
}
