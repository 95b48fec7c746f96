// The track from above with the cars where they are, moving evenly between ten reports a second.

import { html, nothing, svg } from "lit";
import { positionAt } from "/static/analysis/charts/along.js";
import { lapTime } from "/static/formatting.js";
import { RaceClock, localNowUs } from "/static/race_clock.js";
import { gridColour, lapClockUs } from "/static/view_model.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { closed, flip, viewBox } from "/static/parts/track_plan.js";

const BEHIND_US = 160_000;
const KEPT = 24;
const FULL_TURN = 2 * Math.PI;
const DEGREES = 180 / Math.PI;

/** Between two reports of one car, the heading by the shorter way round. */
export function between(from, to, frac) {
  const mix = (a, b) => a + (b - a) * frac;
  const turn = ((to.heading_rad - from.heading_rad + 3 * Math.PI) % FULL_TURN) - Math.PI;
  return {
    ...to,
    x_m: mix(from.x_m, to.x_m),
    y_m: mix(from.y_m, to.y_m),
    heading_rad: from.heading_rad + turn * frac,
  };
}

class TrackMap extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    track: { state: true },
    ghost: { state: true },
  };

  #clock = new RaceClock();
  #reports = [];
  #shapes = new Map();

  connectedCallback() {
    super.connectedCallback();
    this.onReport = (event) => this.#take(event.detail);
    this.track = this.feed.track;
    this.ghost = this.feed.ghost;
    this.feed.addEventListener("report", this.onReport);
    const draw = () => {
      this.#draw();
      this.frame = requestAnimationFrame(draw);
    };
    this.frame = requestAnimationFrame(draw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.feed.removeEventListener("report", this.onReport);
    cancelAnimationFrame(this.frame);
  }

  #take({ kind, message }) {
    if (kind === "track") this.#takeTrack(message);
    if (kind === "ghost") this.ghost = message;
    if (kind !== "positions") return;
    const atUs = message.mono_ns / 1000;
    if (this.#reports.length > 0 && atUs < this.#reports.at(-1).atUs) {
      this.#reports = []; // the venue came up anew with another clock, or another run began
      this.#clock.reset();
    }
    this.#clock.observe(atUs, localNowUs());
    this.#reports.push({ atUs, cars: new Map(message.cars.map((car) => [car.car_id, car])) });
    if (this.#reports.length > KEPT) this.#reports.shift();
  }

  /** Another track has other cars on it, which another clock may time. */
  #takeTrack(track) {
    if (JSON.stringify(track) !== JSON.stringify(this.track)) this.#forget();
    this.track = track;
  }

  #forget() {
    this.#reports = [];
    this.#clock.reset();
    for (const shape of this.#shapes.values()) shape.remove();
    this.#shapes.clear();
  }

  /** Every car a moment ago, so that there is nearly always a report on either side of it. */
  #cars() {
    const atUs = this.#clock.at(localNowUs()) - BEHIND_US;
    const later = this.#reports.findIndex((report) => report.atUs >= atUs);
    const to = this.#reports.at(later === -1 ? -1 : later);
    const from = this.#reports[later - 1] ?? to;
    const frac = to.atUs > from.atUs ? Math.min(1, (atUs - from.atUs) / (to.atUs - from.atUs)) : 1;
    return [...to.cars.values()].map((car) => between(from.cars.get(car.car_id) ?? car, car, frac));
  }

  #draw() {
    const layer = this.querySelector(".map__cars");
    if (layer === null) return;
    this.#haunt();
    if (this.#reports.length === 0) return;
    const cars = this.#cars();
    for (const car of cars) this.#place(this.#shapeOf(car.car_id, layer), car);
    for (const [carId, shape] of this.#shapes) {
      if (cars.some((car) => car.car_id === carId)) continue;
      shape.remove();
      this.#shapes.delete(carId);
    }
  }

  /** Only in its own event, whose entries it is one of, and on its own track: elsewhere it is no rival. */
  get #isHaunted() {
    if (this.ghost === null || this.ghost.event_id !== this.view.event_id) return false;
    return (this.ghost.track_name ?? this.track.name) === this.track.name;
  }

  /** The ghost goes off with each lap, as far behind the race as the cars are shown. */
  #haunt() {
    const shape = this.querySelector(".map__ghost");
    if (shape === null) return;
    const us = lapClockUs(this.view.heat, this.feed.raceNowUs());
    const atUs = us === null ? null : us - BEHIND_US;
    const isOut = atUs !== null && atUs >= 0 && atUs <= this.ghost.duration_us;
    shape.classList.toggle("map__ghost--home", !isOut);
    if (!isOut) return;
    const { x, y, heading } = positionAt(this.ghost, atUs);
    const turn = (-heading * DEGREES).toFixed(2);
    shape.setAttribute("transform", `translate(${x.toFixed(4)} ${(-y).toFixed(4)}) rotate(${turn})`);
  }

  get #ghostColour() {
    return this.view.entries[this.ghost.entry_id]?.colour ?? "var(--track-paint)";
  }

  #ghostTitle() {
    if (!this.#isHaunted) return nothing;
    const { entry_id: entryId, duration_us: us } = this.ghost;
    const name = this.view.entries[entryId]?.name ?? "";
    return html`<span class="panel__page map__ghost-title" data-testid="ghost"
      >◌ ${t("map.ghost")} <bdi>${name}</bdi> <span class="digits">${lapTime(us)}</span></span
    >`;
  }

  #place(shape, car) {
    shape.setAttribute(
      "transform",
      `translate(${car.x_m.toFixed(4)} ${(-car.y_m).toFixed(4)}) rotate(${(-car.heading_rad * DEGREES).toFixed(2)})`,
    );
    shape.setAttribute("fill", this.#colourOf(car.car_id));
    shape.classList.toggle("map__car--off", car.is_off_track);
  }

  #colourOf(carId) {
    const { heat, entries, cars } = this.view;
    const asSeen = gridColour(heat, carId);
    if (asSeen !== null) return asSeen;
    const run = Object.values(heat?.runs ?? {}).find((each) => each.car_id === carId);
    const entry = entries[run?.entry_id ?? (heat?.car_id === carId ? heat.entry_id : null)];
    return (entry ?? cars[carId])?.colour ?? "var(--track-paint)";
  }

  #shapeOf(carId, layer) {
    const known = this.#shapes.get(carId);
    if (known?.parentNode === layer) return known;
    const shape = layer.ownerSVGElement.querySelector(".map__pattern").cloneNode(true);
    shape.setAttribute("class", "map__car");
    shape.dataset.car = carId;
    layer.append(shape);
    this.#shapes.set(carId, shape);
    return shape;
  }

  #drawing() {
    const { track } = this;
    const [start, end] = track.finish.map(flip);
    const size = track.width_m * 0.34;
    return svg`
      <path class="map__asphalt" fill-rule="evenodd" d=${closed(track.outer) + closed(track.inner)}></path>
      <path class="map__kerb" d=${closed(track.outer)}></path>
      <path class="map__kerb" d=${closed(track.inner)}></path>
      ${(track.sectors ?? []).map(
        ([[x1, y1], [x2, y2]]) =>
          svg`<line class="map__sector" x1=${x1} y1=${-y1} x2=${x2} y2=${-y2}></line>`,
      )}
      <line class="map__finish" x1=${start[0]} y1=${start[1]} x2=${end[0]} y2=${end[1]}></line>
      <defs><g class="map__pattern"><circle class="map__halo" r=${size * 1.9}></circle>
        <path d=${`M${size * 1.3},0L${-size},${size * 0.85}L${-size * 0.5},0L${-size},${-size * 0.85}Z`}></path></g></defs>
      ${this.#isHaunted ? svg`<path class="map__ghost map__ghost--home" fill=${this.#ghostColour} stroke=${this.#ghostColour} d=${`M${size * 1.3},0L${-size},${size * 0.85}L${-size * 0.5},0L${-size},${-size * 0.85}Z`}></path>` : nothing}
      <g class="map__cars"></g>`;
  }

  render() {
    if (this.track === null) return nothing;
    return html`<h2 class="panel__title">
        ${t("map.title")}
        <span class="panel__page"><bdi>${this.track.name}</bdi></span>
        ${this.#ghostTitle()}
      </h2>
      <svg class="map" viewBox=${viewBox(this.track).join(" ")} role="img" aria-label=${t("map.title")}>
        ${this.#drawing()}
      </svg>`;
  }
}

customElements.define("track-map", TrackMap);
