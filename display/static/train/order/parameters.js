// What a reward function is told, for whoever writes one: DeepRacer's names, in the reader's words.

import { html } from "lit";
import { tCode } from "/static/i18n.js";

const PARAMETERS = [
  ...["distance_from_center", "is_left_of_center", "track_width", "track_length"],
  ...["all_wheels_on_track", "is_offtrack", "is_crashed", "is_reversed"],
  ...["progress", "steps", "speed", "steering_angle"],
  ...["x", "y", "heading", "waypoints", "closest_waypoints", "projection_distance"],
  ...["closest_objects", "objects_distance", "objects_location"],
];

export const parameterList = () =>
  html`<dl class="parameters">
    ${PARAMETERS.map((name) => html`<div><dt><code>${name}</code></dt><dd>${tCode("train_parameter", name)}</dd></div>`)}
  </dl>`;
