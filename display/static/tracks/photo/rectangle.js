// The four corners of a rectangle on a photo, and the order in which they are numbered.

/** Where they lie at first, as fractions, clockwise from the upper left. */
export const FIRST_CORNERS = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.9, 0.85],
  [0.1, 0.85],
];

/** The same four clockwise around their middle, from the first on: whoever crosses two means that. */
export function inOrder(corners) {
  const middle = [0, 1].map((axis) => corners.reduce((sum, each) => sum + each[axis], 0) / corners.length);
  const angle = ([x, y]) => Math.atan2(y - middle[1], x - middle[0]);
  const sorted = [...corners].sort((one, other) => angle(one) - angle(other));
  const first = sorted.indexOf(corners[0]);
  return [...sorted.slice(first), ...sorted.slice(0, first)];
}
