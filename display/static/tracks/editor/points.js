// The points that a track's line goes through, and what is done to them: each gives a new list.

export const LEAST_POINTS = 4;
export const MOST_POINTS = 200;
/** Where a first track begins: a plain round, counter-clockwise, with the line on a straight. */
export const FIRST_POINTS = [
  [1, 0],
  [2.2, 0],
  [3.1, 0.7],
  [3.1, 1.7],
  [2.2, 2.4],
  [0, 2.4],
  [-0.9, 1.7],
  [-0.9, 0.7],
  [0, 0],
];
export const FIRST_WIDTH_M = 0.75;

const MM_PER_M = 1000;
/** Places are kept to the millimetre. */
export const rounded = ([x, y]) => [x, y].map((each) => Math.round(each * MM_PER_M) / MM_PER_M + 0);
/** To the next crossing of a grid of so many metres. */
export const snapped = (point, gridM) =>
  rounded(point.map((each) => Math.round(each / gridM) * gridM));

export const distance = ([x1, y1], [x2, y2]) => Math.hypot(x2 - x1, y2 - y1);

export const moved = (points, at, place) => points.with(at, rounded(place));
export const removed = (points, at) => points.toSpliced(at, 1);
export const inserted = (points, at, place) => points.toSpliced(at, 0, rounded(place));
/** The same line from another of its points on, which becomes the finish line's. */
export const startingAt = (points, at) => [...points.slice(at), ...points.slice(0, at)];
/** The same line the other way round, from the same point on. */
export const turnedRound = (points) => [points[0], ...points.slice(1).reverse()];

/** The point nearest to a place within a distance, -1 where there is none. */
export function nearest(points, place, withinM) {
  let [found, best] = [-1, withinM];
  points.forEach((point, at) => {
    const apart = distance(point, place);
    if (apart <= best) [found, best] = [at, apart];
  });
  return found;
}

function distanceToSide([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
  const bounded = Math.max(0, Math.min(1, along));
  return distance([x, y], [x1 + bounded * dx, y1 + bounded * dy]);
}

/**
 * Where in the list a new point at a place belongs: between the two neighbours whose part of the
 * drawn line comes nearest. `line` is the smooth line through the points; [] while there is none.
 */
export function placeFor(points, place, line = []) {
  const path = line.length > 0 ? line : points;
  let [best, side] = [Infinity, 0];
  path.forEach((from, at) => {
    const apart = distanceToSide(place, from, path[(at + 1) % path.length]);
    if (apart < best) [best, side] = [apart, at];
  });
  if (path === points) return side + 1;
  // Where on the drawn line each point lies; they lie on it in their order, the first at its start.
  const marks = points.map((point, at) => (at === 0 ? 0 : indexNear(line, point)));
  const after = marks.findLastIndex((mark) => mark <= side);
  return after + 1;
}

const indexNear = (line, point) =>
  line.reduce((best, each, at) => (distance(each, point) < distance(line[best], point) ? at : best), 0);

/** Half way to the next point, a little aside where the line says so. */
export function between(points, at, line = []) {
  const [from, to] = [points[at], points[(at + 1) % points.length]];
  const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const on = line[indexNear(line, middle)];
  return on !== undefined && distance(on, middle) < distance(from, to) / 2 ? on : middle;
}
