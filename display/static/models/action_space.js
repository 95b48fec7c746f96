// A model's action space as a fan: steering to the sides, speed outwards.

import { html, nothing, svg } from "lit";
import { decimal } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";

/** Wheels turn 30° at most: drawn as it is, the fan would be too narrow to tell its spokes apart. */
const SPREAD = 2.4;
const RADIUS = 100;

/** With a minus that is as wide as a plus. */
const number = (value) =>
  decimal(value, Number.isInteger(value) ? 0 : 1, language()).replace("-", "−");

/** The most that a model drives, m/s; fans beside each other have the same scale. */
export function topSpeedMps({ actions, ranges }) {
  if (ranges !== null) return ranges.speed_high_mps;
  return Math.max(0, ...actions.map((each) => each.speed_mps));
}

function place(steeringDeg, speedMps, topMps) {
  const angle = (-steeringDeg * SPREAD * Math.PI) / 180;
  const radius = topMps === 0 ? 0 : (RADIUS * speedMps) / topMps;
  return [radius * Math.sin(angle), -radius * Math.cos(angle)];
}

function bounds({ actions, ranges }) {
  if (ranges !== null) return ranges;
  const degrees = actions.map((each) => each.steering_deg);
  const speeds = actions.map((each) => each.speed_mps);
  return {
    steering_low_deg: Math.min(...degrees),
    steering_high_deg: Math.max(...degrees),
    speed_low_mps: Math.min(...speeds),
    speed_high_mps: Math.max(...speeds),
  };
}

/** '10 actions: −30° to 30°, 1 to 1.6 m/s'. */
export function spaceWords(about) {
  if (about.ranges === null && about.actions.length === 0) return t("library.space_unknown");
  const { steering_low_deg, steering_high_deg, speed_low_mps, speed_high_mps } = bounds(about);
  return t(about.ranges === null ? "library.space_list" : "library.space_ranges", {
    count: about.actions.length,
    right: number(steering_low_deg),
    left: number(steering_high_deg),
    slow: number(speed_low_mps),
    fast: number(speed_high_mps),
  });
}

function sector(ranges, topMps) {
  const corners = [
    [ranges.steering_high_deg, ranges.speed_low_mps],
    [ranges.steering_high_deg, ranges.speed_high_mps],
    [ranges.steering_low_deg, ranges.speed_high_mps],
    [ranges.steering_low_deg, ranges.speed_low_mps],
  ].map(([degrees, speed]) => place(degrees, speed, topMps).map((each) => each.toFixed(2)).join(" "));
  const [low, high] = [ranges.speed_low_mps, ranges.speed_high_mps].map((each) => (RADIUS * each) / topMps);
  return svg`<path class="fan__sector"
    d=${`M${corners[0]}L${corners[1]}A${high} ${high} 0 0 1 ${corners[2]}L${corners[3]}A${low} ${low} 0 0 0 ${corners[0]}Z`}></path>`;
}

const spoke = ([x, y]) => svg`<line class="fan__spoke" x1="0" y1="0" x2=${x.toFixed(2)} y2=${y.toFixed(2)}></line>
  <circle class="fan__tip" cx=${x.toFixed(2)} cy=${y.toFixed(2)} r="3.4"></circle>`;

/** `topMps` is what the outermost arc stands for. */
export function actionSpace(about, topMps = topSpeedMps(about)) {
  const { actions, ranges } = about;
  if (ranges === null && actions.length === 0) return html`<p class="muted">${t("library.space_unknown")}</p>`;
  const arcs = [0.5, 1].map(
    (share) => svg`<path class="fan__arc" d=${`M${-RADIUS * share} 0A${RADIUS * share} ${RADIUS * share} 0 0 1 ${RADIUS * share} 0`}></path>
      <text class="fan__label" x="0" y=${-RADIUS * share - 3}>${number(topMps * share)} m/s</text>`,
  );
  return html`<figure class="fan">
    <svg viewBox="-112 -116 224 126" role="img" aria-label=${spaceWords(about)}>
      ${arcs} ${ranges === null || topMps === 0 ? nothing : sector(ranges, topMps)}
      ${actions.map((each) => spoke(place(each.steering_deg, each.speed_mps, topMps)))}
      <circle class="fan__car" cx="0" cy="0" r="5"></circle>
    </svg>
    <figcaption class="muted">${spaceWords(about)}</figcaption>
  </figure>`;
}
