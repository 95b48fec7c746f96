// What is told at the ghost: the reward, large, and all parameters with their units.

import { html, nothing } from "lit";
import { decimal } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

const METRES = new Set(["objects_distance", "objects_location", "distance_from_center", "projection_distance", "track_length", "track_width", "x", "y"]);
const UNITS = { heading: "°", steering_angle: "°", speed: "m/s", progress: "%" };
/** The order in which people look for them: the place, the command, the episode, the track. */
const ORDER = [
  ...["x", "y", "heading", "distance_from_center", "is_left_of_center", "all_wheels_on_track", "is_offtrack"],
  ...["closest_waypoints", "waypoints", "projection_distance", "speed", "steering_angle", "progress", "steps"],
  ...["track_width", "track_length", "is_crashed", "is_reversed"],
];
const DIGITS = 4;

/** A number as the reader writes them. */
export const number = (value, digits) => decimal(value, digits, language());

/** A reward as people compare it: four digits that count, however large it is. */
export function figure(value) {
  if (value === null || value === undefined) return number(null);
  if (value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e6)) return value.toExponential(2);
  const whole = Math.max(1, Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1);
  return number(value, Math.max(0, DIGITS - whole));
}

function shown(name, value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map((each) => shown(name, each)).join(", ")}]`;
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? String(value) : number(value, METRES.has(name) ? 3 : 2);
}

function parameter(name, value) {
  const unit = METRES.has(name) ? "m" : UNITS[name];
  const isLong = Array.isArray(value) && value.length > 2;
  return html`<div class="parameter ${isLong ? "parameter--long" : ""}" data-parameter=${name}>
    <dt><code>${name}</code> <span class="muted">${tCode("lab_parameter", name, {}, "")}</span></dt>
    <dd class="digits">${shown(name, value)}${unit ? html` <span class="muted">${unit}</span>` : nothing}</dd>
  </div>`;
}

/** All that a reward function is told of the ghost. */
export function parametersCard(at) {
  if (at === null) return nothing;
  const told = { ...at.parameters, waypoints: t("lab.waypoints", { count: at.waypoints_n }) };
  const rest = Object.keys(told).filter((name) => !ORDER.includes(name));
  const names = [...ORDER, ...rest].filter((name) => name in told);
  return html`<section class="card lab__parameters" data-testid="parameters">
    <h2 class="card__title">${t("lab.parameters")}</h2>
    <dl class="parameters">${names.map((name) => parameter(name, told[name]))}</dl>
  </section>`;
}

/** The reward of the ghost, or what went wrong with it. */
export function rewardBox(at, refused) {
  const sentence = refused ?? at?.fault?.sentence ?? null;
  if (sentence !== null)
    return html`<div class="reward reward--fault" role="status">
      <h2 class="label">${t("lab.no_reward")}</h2>
      <p class="reward__sentence" data-testid="fault">${sentence}</p>
    </div>`;
  return html`<div class="reward">
    <h2 class="label">${t("lab.reward")}</h2>
    <output class="reward__figure digits" data-testid="reward" data-reward=${at?.reward ?? nothing}>${figure(at?.reward)}</output>
  </div>`;
}
