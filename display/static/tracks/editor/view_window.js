// The part of the ground that a drawing shows, in metres: fitted, moved, and made larger or smaller.

const LEAST_SIDE_M = 0.5;
const MOST_SIDE_M = 150;

/** `{x, y, perPx}`: the middle in the track's metres, and how many metres a pixel is wide. */
export function fitted(points, { width, height }, marginM) {
  const [xs, ys] = [0, 1].map((axis) => points.map((each) => each[axis]));
  const span = (all) => Math.max(...all) - Math.min(...all) + 2 * marginM;
  const middle = (all) => (Math.max(...all) + Math.min(...all)) / 2;
  return {
    x: middle(xs),
    y: middle(ys),
    perPx: Math.max(span(xs) / Math.max(1, width), span(ys) / Math.max(1, height)),
  };
}

/** SVG's box for it; its y runs downwards. */
export const boxOf = ({ x, y, perPx }, { width, height }) =>
  [x - (width * perPx) / 2, -y - (height * perPx) / 2, width * perPx, height * perPx].map(
    (each) => Math.round(each * 1e5) / 1e5,
  );

/** Where a pixel, counted from the drawing's upper left corner, lies on the ground. */
export const metresAt = ({ x, y, perPx }, { width, height }, [px, py]) => [
  x + (px - width / 2) * perPx,
  y - (py - height / 2) * perPx,
];

export const shifted = (view, [dx, dy]) => ({
  ...view,
  x: view.x - dx * view.perPx,
  y: view.y + dy * view.perPx,
});

/** Larger by a factor around a pixel, which stays where it is. */
export function zoomed(view, size, factor, pixel = [size.width / 2, size.height / 2]) {
  const side = Math.max(size.width, size.height, 1);
  const perPx = Math.min(MOST_SIDE_M / side, Math.max(LEAST_SIDE_M / side, view.perPx / factor));
  const [before, after] = [view, { ...view, perPx }].map((each) => metresAt(each, size, pixel));
  return { x: view.x + before[0] - after[0], y: view.y + before[1] - after[1], perPx };
}
