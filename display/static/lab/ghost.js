// The ghost car: where it is on the road, and how it is drawn, in the metres of the track.

import { nothing, svg } from "lit";
import { flip } from "/static/parts/track_plan.js";

export const FIRST = { speed: 1, steering: 0, progress: 10, steps: 30, turn: 0 };

/** The car's outline around the point of which params tell; it lies ahead of the rear axle. */
const NOSE_M = 0.09;
const TAIL_M = -0.21;
const HALF_M = 0.095;
/** A box's length along the road, and its width. */
const BOX_M = [0.28, 0.24];
const AXLES_M = [-0.14, 0.024];
/** A thumb's reach, half of what is touched. */
export const REACH_PX = 24;
const HANDLE_M = 0.45;

const degrees = (radians) => (radians * 180) / Math.PI;
/** The same direction within −180 to 180. */
export const wrapped = (angle) => ((((angle + 180) % 360) + 360) % 360) - 180;

/** The foot of a place on a side: how far along it, 0 to 1, and how far the place is from there. */
function footOn([ax, ay], [bx, by], [x, y]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const share = Math.min(1, Math.max(0, along));
  return { share, apart: Math.hypot(ax + share * dx - x, ay + share * dy - y) };
}

/** The line's direction at a corner, in degrees: that of the corners around it. */
function headingAt(centre, at) {
  const count = centre.length;
  const [fromX, fromY] = centre[(at + count - 1) % count];
  const [toX, toY] = centre[(at + 1) % count];
  return degrees(Math.atan2(toY - fromY, toX - fromX));
}

/** Where the road runs to at its nearest point, in degrees; evenly between the line's corners. */
export function roadHeading(centre, place) {
  let best = { at: 0, share: 0, apart: Infinity };
  for (const [at, corner] of centre.entries()) {
    const foot = footOn(corner, centre[(at + 1) % centre.length], place);
    if (foot.apart < best.apart) best = { at, ...foot };
  }
  const from = headingAt(centre, best.at);
  const to = headingAt(centre, (best.at + 1) % centre.length);
  return wrapped(from + best.share * wrapped(to - from));
}

/** A ghost's heading: the road's there, and its turn from it. */
export const headingOf = (shape, { x, y, turn }) => wrapped(roadHeading(shape.centre, [x, y]) + turn);

/** The ghost at the beginning: a quarter round the track, a little left of its middle. */
export function firstGhost({ centre }, before = FIRST) {
  const [x, y] = centre[Math.floor(centre.length / 4)];
  return { ...before, x, y };
}

/** The ghost of a pose that the server told. */
export function ghostOf(shape, pose) {
  const { x_m: x, y_m: y } = pose;
  return {
    x,
    y,
    turn: wrapped(pose.heading_deg - roadHeading(shape.centre, [x, y])),
    speed: pose.speed_mps,
    steering: pose.steering_deg,
    progress: pose.progress_percent,
    steps: pose.steps,
  };
}

/** How far ahead of the car the handle is by which it is turned. */
export const handleAhead = (perPx) => Math.max(HANDLE_M, 2 * REACH_PX * perPx);

/** The place of the handle, in the track's metres. */
export function handleOf(ghost, heading, perPx) {
  const ahead = handleAhead(perPx);
  const radians = (heading * Math.PI) / 180;
  return [ghost.x + ahead * Math.cos(radians), ghost.y + ahead * Math.sin(radians)];
}

const wheel = (x, y, steering) => svg`<rect class="ghost__wheel" x="-0.035" y="-0.016" width="0.07"
  height="0.032" transform=${`translate(${x} ${y}) rotate(${-steering})`}></rect>`;

/** The car from above, with its wheels as they are steered, and the handle by which it is turned. */
export function ghostCar(ghost, heading, perPx) {
  const [x, y] = flip([ghost.x, ghost.y]);
  const ahead = handleAhead(perPx);
  const size = Math.max(1, (26 * perPx) / (NOSE_M - TAIL_M));
  const wheels = AXLES_M.flatMap((at, number) =>
    [-HALF_M, HALF_M].map((side) => wheel(at, side, number === 1 ? ghost.steering : 0)),
  );
  return svg`<g class="ghost" data-testid="ghost" transform=${`translate(${x} ${y}) rotate(${-heading})`}>
    <circle class="ghost__halo" r=${REACH_PX * perPx}></circle>
    <line class="ghost__line" x1="0" y1="0" x2=${ahead} y2="0" stroke-width=${2 * perPx}></line>
    <circle class="ghost__handle" cx=${ahead} r=${7 * perPx} stroke-width=${2 * perPx}></circle>
    <g transform=${`scale(${size})`}>
      ${wheels}
      <path class="ghost__body" d=${`M${TAIL_M},-0.08H0.03L${NOSE_M},-0.04V0.04L0.03,0.08H${TAIL_M}Z`}
        stroke-width=${(2 * perPx) / size}></path>
      <path class="ghost__glass" d="M-0.02,-0.05L0.03,-0.035V0.035L-0.02,0.05Z"></path>
    </g>
  </g>`;
}

/** Boxes where the server told that they stand, along the road there. */
export const boxes = (shape, places) =>
  places.map((place) => {
    const [x, y] = flip(place);
    const turn = -roadHeading(shape.centre, place);
    return svg`<rect class="box" x=${-BOX_M[0] / 2} y=${-BOX_M[1] / 2} width=${BOX_M[0]} height=${BOX_M[1]}
      transform=${`translate(${x} ${y}) rotate(${turn})`}></rect>`;
  });

/** The two closest waypoints: hollow the one behind, full the one ahead. */
export function waypointDots(at, perPx) {
  if (!at) return nothing;
  const dot = (place, kind) => {
    const [x, y] = flip(place);
    return svg`<circle class="waypoint waypoint--${kind}" cx=${x} cy=${y} r=${5 * perPx}
      stroke-width=${2 * perPx}></circle>`;
  };
  return svg`${dot(at.waypoint_behind, "behind")} ${dot(at.waypoint_ahead, "ahead")}`;
}
