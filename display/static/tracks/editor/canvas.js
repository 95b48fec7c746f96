// The drawing: a metre grid, the road as the server measured it, and points that can be dragged.

import { html, nothing, svg } from "lit";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { opened, roadOf } from "/static/parts/track_plan.js";
import { nearest } from "/static/tracks/editor/points.js";
import { boxOf, fitted, metresAt, shifted, zoomed } from "/static/tracks/editor/view_window.js";

/** A finger is so wide: what it touches within this is meant. */
const REACH_PX = 28;
/** A pointer that moved less has tapped. */
const STILL_PX = 6;
const FIT_MARGIN_M = 0.8;
const WHEEL_STEP = 1.15;
const DOT_PX = 7;

/**
 * Tells what is done with it: `point-chosen` {at}, `point-moved` {at, place, isDone},
 * `ground-tapped` {place}. What comes of that its host decides.
 */
class TrackCanvas extends PageElement {
  static properties = {
    points: { attribute: false },
    shape: { attribute: false },
    chosen: { attribute: false },
    picture: { attribute: false },
    view: { state: true },
  };

  #size = { width: 0, height: 0 };
  #pointers = new Map();
  #drag = null;

  connectedCallback() {
    super.connectedCallback();
    this.view = null;
    this.observer = new ResizeObserver(() => this.#measure());
    this.observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  firstUpdated() {
    // Lit listens passively to wheels, which then scroll the page.
    this.querySelector("svg").addEventListener("wheel", (event) => this.#wheel(event), {
      passive: false,
    });
  }

  #measure() {
    const { clientWidth: width, clientHeight: height } = this;
    const isFirst = this.#size.width === 0;
    this.#size = { width, height };
    if (isFirst) this.fit();
    else this.requestUpdate();
  }

  fit() {
    if (this.#size.width === 0) return;
    const { picture } = this;
    const corners = picture ? [[picture.left_m, picture.top_m], [picture.left_m + picture.width_m, picture.top_m - picture.height_m]] : [];
    const around = [...this.points, ...(this.shape?.outer ?? []), ...corners];
    if (around.length > 0) this.view = fitted(around, this.#size, picture ? 0.1 : FIT_MARGIN_M);
  }

  zoom(factor) {
    this.view = zoomed(this.view, this.#size, factor);
  }

  #pixelOf({ clientX, clientY }) {
    const { left, top } = this.getBoundingClientRect();
    return [clientX - left, clientY - top];
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  #wheel(event) {
    event.preventDefault();
    const factor = event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP;
    this.view = zoomed(this.view, this.#size, factor, this.#pixelOf(event));
  }

  #down(event) {
    if (event.button !== 0) return;
    const pixel = this.#pixelOf(event);
    this.#pointers.set(event.pointerId, pixel);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (this.#pointers.size > 1) {
      this.#drag = { at: -1, hasMoved: true };
      return;
    }
    const place = metresAt(this.view, this.#size, pixel);
    const at = nearest(this.points, place, REACH_PX * this.view.perPx);
    const from = this.points[at];
    this.#drag = { at, pixel, hasMoved: false, apart: from ? [from[0] - place[0], from[1] - place[1]] : null };
    if (at !== -1) this.#tell("point-chosen", { at });
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const pixel = this.#pixelOf(event);
    if (this.#pointers.size > 1) this.#pinch(event.pointerId, before, pixel);
    this.#pointers.set(event.pointerId, pixel);
    const drag = this.#drag;
    if (this.#pointers.size > 1 || drag === null) return;
    drag.hasMoved ||= Math.hypot(pixel[0] - drag.pixel[0], pixel[1] - drag.pixel[1]) > STILL_PX;
    if (!drag.hasMoved) return;
    if (drag.at === -1) this.view = shifted(this.view, [pixel[0] - before[0], pixel[1] - before[1]]);
    else this.#tell("point-moved", { at: drag.at, place: this.#placeOf(drag, pixel), isDone: false });
  }

  /** A finger hides the point that it drags: the two stay apart as they were. */
  #placeOf({ apart }, pixel) {
    const [x, y] = metresAt(this.view, this.#size, pixel);
    return [x + apart[0], y + apart[1]];
  }

  #pinch(id, before, pixel) {
    const [, other] = [...this.#pointers].find(([each]) => each !== id);
    const apart = ([x, y]) => Math.max(1, Math.hypot(x - other[0], y - other[1]));
    const middle = [(pixel[0] + other[0]) / 2, (pixel[1] + other[1]) / 2];
    const view = zoomed(this.view, this.#size, apart(pixel) / apart(before), middle);
    this.view = shifted(view, [(pixel[0] - before[0]) / 2, (pixel[1] - before[1]) / 2]);
  }

  #up(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    const drag = this.#drag;
    if (this.#pointers.size > 0 || drag === null) return;
    this.#drag = null;
    const pixel = this.#pixelOf(event);
    if (!drag.hasMoved && drag.at === -1 && event.type !== "pointercancel")
      this.#tell("ground-tapped", { place: metresAt(this.view, this.#size, pixel) });
    if (drag.hasMoved && drag.at !== -1)
      this.#tell("point-moved", { at: drag.at, place: this.#placeOf(drag, pixel), isDone: true });
  }

  #grid() {
    const { perPx } = this.view;
    const [left, top, width, height] = boxOf(this.view, this.#size);
    const line = perPx * 1;
    const fine = perPx < 0.004;
    return svg`<defs>
        <pattern id="metre-fine" width="0.1" height="0.1" patternUnits="userSpaceOnUse">
          <path class="canvas__line canvas__line--fine" d="M0.1,0H0V0.1" stroke-width=${line / 2}></path></pattern>
        <pattern id="metre" width="1" height="1" patternUnits="userSpaceOnUse">
          <path class="canvas__line" d="M1,0H0V1" stroke-width=${line * 1.5}></path></pattern>
      </defs>
      ${fine ? svg`<rect x=${left} y=${top} width=${width} height=${height} fill="url(#metre-fine)"></rect>` : nothing}
      <rect x=${left} y=${top} width=${width} height=${height} fill="url(#metre)"></rect>`;
  }

  #ground() {
    const { picture } = this;
    if (!picture) return nothing;
    return svg`<image href=${picture.href} x=${picture.left_m} y=${-picture.top_m} width=${picture.width_m} height=${picture.height_m} preserveAspectRatio="none"></image>`;
  }

  #marks() {
    const { tight, overlaps } = this.shape;
    return [...overlaps, ...tight].map(
      (line) => svg`<path class="canvas__trouble" d=${opened(line)}></path>`,
    );
  }

  #dots() {
    const { perPx } = this.view;
    return this.points.map(([x, y], at) => {
      const isChosen = at === this.chosen;
      const kind = `${at === 0 ? "canvas__dot--first" : ""} ${isChosen ? "canvas__dot--chosen" : ""}`;
      return svg`<circle class="canvas__dot ${kind}" data-at=${at} cx=${x} cy=${-y}
        r=${perPx * DOT_PX * (isChosen ? 1.5 : 1)} stroke-width=${perPx * 2.5}></circle>`;
    });
  }

  render() {
    const { view, shape, picture } = this;
    const box = view === null ? nothing : boxOf(view, this.#size).join(" ");
    return html`<svg
      class="canvas ${picture ? "canvas--picture" : ""}"
      viewBox=${box}
      role="application"
      aria-label=${t("tracks.canvas")}
      aria-describedby="track-keys"
      tabindex="0"
      @pointerdown=${this.#down}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#up}
    >
      ${view === null ? nothing : svg`${this.#ground()} ${this.#grid()} ${shape ? svg`${roadOf(shape)} ${this.#marks()}` : nothing} ${this.#dots()}`}
    </svg>`;
  }
}

customElements.define("track-canvas", TrackCanvas);
