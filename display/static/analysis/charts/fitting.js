// On which known track a path was driven: the one whose road nearly all of it lies on. Pure.

/** Nothing is drawn below a path of which less lies on the road. */
const LEAST_SHARE = 0.95;
/** So many places of a path are looked at. */
const LOOKED_AT = 200;

/** Whether a point lies within a closed line. */
export function isWithin([x, y], line) {
  let isInside = false;
  for (let at = 0, before = line.length - 1; at < line.length; before = at, at += 1) {
    const [x1, y1] = line[at];
    const [x2, y2] = line[before];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isInside = !isInside;
  }
  return isInside;
}

/** The share of points that lie on a shape's road, between its two lines. */
export function shareOnRoad(points, { inner, outer }) {
  if (points.length === 0) return 0;
  const on = points.filter((point) => isWithin(point, outer) !== isWithin(point, inner));
  return on.length / points.length;
}

/** Whether a path goes all round a shape: it is as wide and high as the road's middle, nearly. */
function isAsLarge(points, { inner, outer }) {
  const span = (list, axis) => {
    const values = list.map((each) => each[axis]);
    return Math.max(...values) - Math.min(...values);
  };
  const middle = (axis) => (span(inner, axis) + span(outer, axis)) / 2;
  return [0, 1].every((axis) => span(points, axis) > 0.75 * middle(axis));
}

/** The shape of `plans` (each `{name, shape}`) that a lap's path fits, with its share; null of none. */
export function fittingPlan(lap, plans) {
  const every = Math.max(1, Math.floor(lap.x_m.length / LOOKED_AT));
  const points = lap.x_m
    .map((x, at) => [x, lap.y_m[at]])
    .filter(([x], at) => x !== null && at % every === 0);
  if (points.length === 0) return null;
  const found = plans
    .filter((plan) => isAsLarge(points, plan.shape))
    .map((plan) => ({ ...plan, share: shareOnRoad(points, plan.shape) }))
    .sort((one, other) => other.share - one.share)[0];
  return found !== undefined && found.share >= LEAST_SHARE ? found : null;
}
