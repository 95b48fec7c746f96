// <lab-map>: a track whose road is coloured by a reward, and over it a ghost car to put anywhere.

import { html, nothing, svg } from "lit";
import { t } from "/static/i18n.js";
import { boxes, ghostCar, handleOf, headingOf, REACH_PX, waypointDots, wrapped } from "/static/lab/ghost.js";
import { paint } from "/static/lab/heat.js";
import { PageElement } from "/static/parts/element.js";
import { roadOf, viewBox } from "/static/parts/track_plan.js";

const STEP_M = 0.05;
const FINE_STEP_M = 0.01;
const TURN_DEG = 5;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** Turned by keys: to the left as the angle grows. */
const TURNS = { ",": 1, ".": -1 };

const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

/**
 * `heat` is {grid, values, range, kind}, `ghost` null where there is none to move, `at` what the
 * server told of it. Says `ghost-moved` {x, y} or {turn}.
 */
class LabMap extends PageElement {
  static properties = {
    shape: { attribute: false },
    heat: { attribute: false },
    ghost: { attribute: false },
    at: { attribute: false },
    label: { type: String },
    perPx: { state: true },
  };

  #drag = null;
  #painted = null;

  connectedCallback() {
    super.connectedCallback();
    this.perPx = 0.01;
    this.observer = new ResizeObserver(() => this.#measure());
    this.observer.observe(this);
    this.onTheme = () => this.#paint();
    this.themes = new MutationObserver(this.onTheme);
    this.themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.themes.disconnect();
  }

  #measure() {
    const [, , width] = viewBox(this.shape);
    if (this.clientWidth > 0) this.perPx = width / this.clientWidth;
  }

  updated(changed) {
    if (changed.has("shape")) {
      const [, , width, height] = viewBox(this.shape);
      this.style.aspectRatio = `${width} / ${height}`;
      this.style.setProperty("--map-aspect", String(width / height));
      this.#measure();
    }
    if (changed.has("heat") || changed.has("shape")) this.#paint();
  }

  /** The canvas lies below the drawing, where its grid is. */
  #paint() {
    const canvas = this.querySelector("canvas");
    const { heat } = this;
    canvas.hidden = !heat;
    if (!heat) return;
    const { grid, values, range, kind } = heat;
    const [left, top, width, height] = viewBox(this.shape);
    const gridTop = -(grid.bottom_m + grid.rows * grid.cell_m);
    const percent = (value, of) => `${(100 * value) / of}%`;
    canvas.style.left = percent(grid.left_m - left, width);
    canvas.style.top = percent(gridTop - top, height);
    canvas.style.width = percent(grid.columns * grid.cell_m, width);
    canvas.style.height = percent(grid.rows * grid.cell_m, height);
    paint(canvas, grid, values, range, kind);
  }

  #placeOf({ clientX, clientY }) {
    const view = this.querySelector("svg");
    const place = new DOMPoint(clientX, clientY).matrixTransform(view.getScreenCTM().inverse());
    return [place.x, -place.y];
  }

  #tell(detail) {
    this.dispatchEvent(new CustomEvent("ghost-moved", { detail, bubbles: true }));
  }

  #turnTo(heading) {
    const { ghost } = this;
    this.#tell({ turn: wrapped(heading - headingOf(this.shape, { ...ghost, turn: 0 })) });
  }

  #down(event) {
    const { ghost, perPx, shape } = this;
    if (!ghost || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = this.#placeOf(event);
    const reach = REACH_PX * perPx;
    const toCar = apart(place, [ghost.x, ghost.y]);
    const toHandle = apart(place, handleOf(ghost, headingOf(shape, ghost), perPx));
    if (toHandle < reach && toHandle < toCar) {
      this.#drag = { isTurn: true };
      return;
    }
    // A finger that takes the car hides it: the two stay apart as they were.
    const isHeld = toCar < reach;
    this.#drag = { offset: isHeld ? [ghost.x - place[0], ghost.y - place[1]] : [0, 0] };
    if (!isHeld) this.#moveTo(place);
  }

  #moveTo([x, y]) {
    const [left, top, width, height] = viewBox(this.shape);
    const within = (value, low, high) => Math.min(high, Math.max(low, value));
    this.#tell({ x: within(x, left, left + width), y: within(y, -top - height, -top) });
  }

  #move(event) {
    if (this.#drag === null) return;
    const [x, y] = this.#placeOf(event);
    if (this.#drag.isTurn) {
      const { ghost } = this;
      this.#turnTo((Math.atan2(y - ghost.y, x - ghost.x) * 180) / Math.PI);
      return;
    }
    const [dx, dy] = this.#drag.offset;
    this.#moveTo([x + dx, y + dy]);
  }

  #up() {
    this.#drag = null;
  }

  #press(event) {
    const { ghost } = this;
    if (!ghost || event.ctrlKey || event.metaKey || event.altKey) return;
    const [dx, dy] = MOVES[event.key] ?? [0, 0];
    const turn = TURNS[event.key];
    if (turn === undefined && dx === 0 && dy === 0) return;
    event.preventDefault();
    if (turn !== undefined) {
      this.#tell({ turn: wrapped(ghost.turn + turn * TURN_DEG) });
      return;
    }
    const step = event.shiftKey ? FINE_STEP_M : STEP_M;
    this.#moveTo([ghost.x + dx * step, ghost.y + dy * step]);
  }

  #over() {
    const { ghost, at, perPx, shape } = this;
    if (!ghost) return nothing;
    return svg`${boxes(shape, at?.parameters.objects_location ?? [])} ${waypointDots(at, perPx)} ${ghostCar(ghost, headingOf(shape, ghost), perPx)}`;
  }

  render() {
    const { shape, ghost, label } = this;
    const role = ghost ? "application" : "img";
    return html`<canvas class="map__heat" data-testid="heat"></canvas>
      <svg
        class="map__plan ${this.heat ? `map__plan--heat map__plan--${this.heat.kind}` : ""}"
        viewBox=${viewBox(shape).join(" ")}
        role=${role}
        aria-label=${label ?? t("lab.map")}
        aria-describedby=${ghost ? "ghost-keys" : nothing}
        tabindex=${ghost ? "0" : nothing}
        @pointerdown=${this.#down}
        @pointermove=${this.#move}
        @pointerup=${this.#up}
        @pointercancel=${this.#up}
        @keydown=${this.#press}
      >
        ${roadOf(shape)} ${this.#over()}
      </svg>`;
  }
}

customElements.define("lab-map", LabMap);
