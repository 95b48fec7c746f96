// A track from above, to scale, as the server measured it; others draw over it in the same metres.
//
//   <track-plan .shape=${plan.shape} .over=${svg`<circle r="0.1" …>`} label="…"></track-plan>
//
// What is drawn over it stands in SVG's own axes: x as the track's, y the other way round (`flip`).

import { html, nothing, svg } from "lit";
import { PageElement } from "/static/parts/element.js";

/** A place of the track in the drawing's axes: SVG's y runs downwards, the track's upwards. */
export const flip = ([x, y]) => [x, -y];

const points = (line) => line.map(([x, y]) => `${x.toFixed(3)},${(-y).toFixed(3)}`);
/** The path of an open line of the track. */
export const opened = (line) => `M${points(line).join("L")}`;
/** The path of a closed one. */
export const closed = (line) => `${opened(line)}Z`;

/** The box around the outer line, with a margin: left, top, width, height. */
export function viewBox({ outer, width_m: widthM }, marginM = widthM * 0.5) {
  const xs = outer.map(([x]) => x);
  const ys = outer.map(([, y]) => -y);
  const left = Math.min(...xs) - marginM;
  const top = Math.min(...ys) - marginM;
  return [left, top, Math.max(...xs) + marginM - left, Math.max(...ys) + marginM - top];
}

/** An arrow on the centre line, just behind the finish line: which way round. */
function direction({ centre, width_m: widthM }) {
  const [from, to] = [centre[2 % centre.length], centre[4 % centre.length]].map(flip);
  const degrees = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
  const size = widthM * 0.22;
  return svg`<path class="plan__arrow" transform=${`translate(${to[0]} ${to[1]}) rotate(${degrees})`}
    d=${`M${size},0L${-size},${size}L${-size * 0.4},0L${-size},${-size}Z`}></path>`;
}

/** Road, borders and finish line of a shape, within any SVG whose unit is a metre. */
export function roadOf(shape) {
  const [[x1, y1], [x2, y2]] = shape.finish.map(flip);
  return svg`<g class="plan__road">
    <path class="plan__asphalt" fill-rule="evenodd" d=${closed(shape.outer) + closed(shape.inner)}></path>
    <path class="plan__border" d=${closed(shape.outer)}></path>
    <path class="plan__border" d=${closed(shape.inner)}></path>
    <path class="plan__centre" d=${closed(shape.centre)}></path>
    <line class="plan__finish" x1=${x1} y1=${y1} x2=${x2} y2=${y2}></line>
    ${direction(shape)}
  </g>`;
}

class TrackPlan extends PageElement {
  static properties = {
    shape: { attribute: false },
    over: { attribute: false },
    label: { type: String },
  };

  /** Where a pointer is, in the track's metres. */
  metresOf({ clientX, clientY }) {
    const view = this.querySelector("svg");
    const place = new DOMPoint(clientX, clientY).matrixTransform(view.getScreenCTM().inverse());
    return [place.x, -place.y];
  }

  render() {
    const { shape, over, label } = this;
    if (!shape) return nothing;
    return html`<svg class="plan" viewBox=${viewBox(shape).join(" ")} role="img" aria-label=${label ?? ""}>
      ${roadOf(shape)} ${over ?? nothing}
    </svg>`;
  }
}

customElements.define("track-plan", TrackPlan);
