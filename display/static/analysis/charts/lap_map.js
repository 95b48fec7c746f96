// A lap's path over the map in the colours of what was done there, and two cars running on it; where
// no position is known, the lap as a straight band with what is known by its places.

import { html, nothing, svg } from "lit";
import { decimal } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { placeAt, positionAt, says } from "/static/analysis/charts/along.js";
import { COLOURS, STEPS, pieces, rangeOf } from "/static/analysis/charts/scales.js";
import { PageElement } from "/static/parts/element.js";
import { flip, roadOf, viewBox } from "/static/parts/track_plan.js";

const BAND_W = 1000;
const BAND_H = 44;
const DEGREES = 180 / Math.PI;
/** How wide things are drawn, as shares of the map's width. */
const PATH_W = 0.007;
const CAR_W = 0.014;

const isPlaced = (lap) => lap !== null && says(lap, "x_m");

/** The box around paths without a track: left, top, width, height. */
function boxOf(laps) {
  const xs = laps.flatMap((lap) => lap.x_m).filter((x) => x !== null);
  const ys = laps.flatMap((lap) => lap.y_m).filter((y) => y !== null);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const margin = 0.08 * Math.max(right - left, high - low, 1);
  return [left - margin, -high - margin, right - left + 2 * margin, high - low + 2 * margin];
}

/** Lines along a way: where nobody knows it for a while, none is drawn across. */
function linesOf(lap, from, to) {
  const lines = [[]];
  for (let at = from; at < Math.min(to, lap.x_m.length); at += 1) {
    if (lap.x_m[at] !== null) lines.at(-1).push(`${lap.x_m[at]},${-lap.y_m[at]}`);
    else if (lines.at(-1).length > 0) lines.push([]);
  }
  return lines.filter((line) => line.length > 1).map((line) => line.join(" "));
}

class LapMap extends PageElement {
  static properties = {
    laps: { attribute: false },
    us: { attribute: false },
    colour: { attribute: false },
    units: { attribute: false },
    plan: { attribute: false },
  };

  get #by() {
    return COLOURS.find((each) => each.name === this.colour);
  }

  get #range() {
    const { column, hasSides } = this.#by;
    return rangeOf(
      this.laps.flatMap((lap) => lap?.[column] ?? []),
      hasSides,
    );
  }

  #class(step) {
    if (step === null) return "shade shade--none";
    return `shade shade--${this.#by.hasSides ? "turn" : "step"}-${step}`;
  }

  #path(lap, range) {
    const values = lap[this.#by.column];
    return pieces(values, range).flatMap(({ step, from, to }) =>
      linesOf(lap, from, to + 1).map(
        (points) => svg`<polyline class=${this.#class(step)} points=${points}></polyline>`,
      ),
    );
  }

  #car(lap, side, size) {
    const at = lap === null ? null : positionAt(lap, this.us[side]);
    if (at === null) return nothing;
    const [x, y] = flip([at.x, at.y]);
    const turn = (-at.heading * DEGREES).toFixed(1);
    return svg`<path class="lapmap__car lapmap__car--${side}" data-car=${side}
      transform=${`translate(${x.toFixed(4)} ${y.toFixed(4)}) rotate(${turn})`}
      d=${`M${size * 1.5},0L${-size},${size}L${-size * 0.5},0L${-size},${-size}Z`}></path>`;
  }

  #exits(lap, size) {
    return (lap?.exits ?? [])
      .filter((exit) => exit.x_m !== null)
      .map(
        ({ x_m: x, y_m: y }) =>
          svg`<path class="lapmap__exit" d=${`M${x - size},${-y - size}l${2 * size},${2 * size}m0,${-2 * size}l${-2 * size},${2 * size}`}></path>`,
      );
  }

  #map(range) {
    const [first, second = null] = this.laps;
    const placed = this.laps.filter(isPlaced);
    const box = this.plan === null ? boxOf(placed) : viewBox(this.plan.shape);
    const size = Math.max(box[2], box[3]);
    const style = `--path-w:${(size * PATH_W).toFixed(4)}px`;
    return html`<svg
      class="lapmap__ground"
      viewBox=${box.map((each) => each.toFixed(3)).join(" ")}
      role="img"
      aria-label=${t("analysis.map_of", { by: t(`analysis.by_${this.colour}`) })}
      .style=${style}
    >
      ${this.plan === null ? nothing : roadOf(this.plan.shape)}
      ${isPlaced(second) ? linesOf(second, 0, second.x_m.length).map((points) => svg`<polyline class="lapmap__other" points=${points}></polyline>`) : nothing}
      ${isPlaced(first) ? this.#path(first, range) : nothing}
      ${this.#exits(first, size * CAR_W)}
      ${isPlaced(second) ? this.#car(second, 1, size * CAR_W) : nothing}
      ${isPlaced(first) ? this.#car(first, 0, size * CAR_W) : nothing}
    </svg>`;
  }

  #band(lap, side, range) {
    const values = lap[this.#by.column];
    const x = (place) => (place * BAND_W).toFixed(1);
    const end = (to) => lap.place[to] ?? lap.reach;
    const here = x(placeAt(lap, this.us[side]));
    return svg`<svg class="lapmap__band" viewBox="0 0 ${BAND_W} ${BAND_H}" preserveAspectRatio="none" aria-hidden="true">
      ${pieces(values, range).map(
        ({ step, from, to }) =>
          svg`<rect class=${this.#class(step)} x=${x(lap.place[from])} y="0" height=${BAND_H} width=${Math.max(0, (end(to) - lap.place[from]) * BAND_W).toFixed(1)}></rect>`,
      )}
      ${lap.lines.map((place) => svg`<line class="lapmap__line" x1=${x(place)} x2=${x(place)} y1="0" y2=${BAND_H}></line>`)}
      ${lap.exits.map(({ place }) => svg`<line class="lapmap__exit" x1=${x(place)} x2=${x(place)} y1="0" y2=${BAND_H}></line>`)}
      <line class="lapmap__here lapmap__here--${side}" x1=${here} x2=${here} y1="0" y2=${BAND_H}></line>
    </svg>`;
  }

  /** What there is where nobody knows a position: places by lines, or by time alone. */
  #bands(range) {
    const known = this.laps.filter((lap) => lap !== null && lap.at_us.length > 0);
    const basis = known.some((lap) => lap.basis === "time") ? "time" : "lines";
    return html`<p class="lapmap__why" data-testid="no-positions">${t(`analysis.no_positions_${basis}`)}</p>
      ${this.laps.map((lap, side) =>
        lap === null || lap.at_us.length === 0
          ? nothing
          : html`<div class="lapmap__row">
              <span class="key key--${side}" aria-hidden="true"></span>${this.#band(lap, side, range)}
            </div>`,
      )}`;
  }

  #legend(range) {
    const { hasSides, name } = this.#by;
    const told = (value) => `${decimal(value, name === "steering" && this.units.steering === "deg" ? 0 : 2, language())}`;
    const unit = this.units[name] === undefined ? "" : t(`analysis.unit_${this.units[name]}`);
    const ends = hasSides
      ? [`${t("analysis.right")} ${told(-range.low)}`, `${told(range.high)} ${t("analysis.left")}`]
      : [told(range.low), told(range.high)];
    return html`<p class="lapmap__legend digits">
      <span>${ends[0]}</span>
      <span class="lapmap__scale" aria-hidden="true"
        >${Array.from({ length: STEPS }, (_, step) => html`<i class=${this.#class(step)}></i>`)}</span
      >
      <span>${ends[1]} ${unit}</span>
    </p>`;
  }

  render() {
    const range = this.#range;
    if (range === null) return html`<p class="muted">${t("analysis.not_recorded")}</p>`;
    return html`${this.laps.some(isPlaced) ? this.#map(range) : this.#bands(range)} ${this.#legend(range)}`;
  }
}

customElements.define("lap-map", LapMap);
