// What the server measured of a drawn track, in words: how long, how tight, and what is wrong.

import { html, nothing } from "lit";
import { decimal } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

const metres = (value, digits = 2) => `${decimal(value, digits, language())} m`;
/** A bend wider than this is none. */
const STRAIGHT_M = 100;

/** '14.39 m · 0.90 m wide'. */
export const sizeNote = ({ length_m: lengthM, width_m: widthM }) =>
  t("tracks.size", { length: metres(lengthM), width: metres(widthM) });

const measure = (label, value) => html`<div><dt class="muted">${label}</dt><dd class="digits">${value}</dd></div>`;

function trouble(code, { tightest_radius_m: radiusM }) {
  return html`<li class="is-wrong">${tCode("track_trouble", code, { radius: metres(radiusM) })}</li>`;
}

/** `error` is what the server refused, null where it measured. */
export function measures(shape, error) {
  if (error !== null) return html`<p class="is-wrong" role="alert">${error.message}</p>`;
  if (shape === null) return nothing;
  const radius = shape.tightest_radius_m > STRAIGHT_M ? "–" : metres(shape.tightest_radius_m);
  return html`<dl class="measures" data-testid="measures">
      ${measure(t("tracks.length"), metres(shape.length_m))}
      ${measure(t("tracks.tightest"), radius)}
    </dl>
    <div role="status" data-testid="troubles">
      ${
        shape.troubles.length === 0
          ? html`<p>${t("tracks.drivable")}</p>`
          : html`<ul class="troubles">${shape.troubles.map((code) => trouble(code, shape))}</ul>`
      }
    </div>`;
}
