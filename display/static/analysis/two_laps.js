// A lap beside another: both on the map, their curves, how far one is behind, moved in step.

import { html, nothing } from "lit";
import { NO_VALUE, decimal, gap, lapTime, runningTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { placeAt, says, usAt, valueAt } from "/static/analysis/charts/along.js";
import { planOf } from "/static/analysis/charts/plans.js";
import { COLOURS } from "/static/analysis/charts/scales.js";
import { findingList } from "/static/analysis/cards/findings.js";
import { PageElement } from "/static/parts/element.js";
import "/static/analysis/charts/curves.js";
import "/static/analysis/charts/lap_map.js";

const US_PER_MS = 1000;
const US_PER_S = 1_000_000;
const PERCENT = 100;

/** No '-0' for what is rounded to nothing. */
const plain = (value, digits) => decimal(Number(value.toFixed(digits)) || 0, digits, language());

class TwoLaps extends PageElement {
  static properties = {
    picks: { attribute: false },
    delta: { attribute: false },
    us: { state: true },
    isPlaying: { state: true },
    isRace: { state: true },
    colour: { state: true },
    plan: { state: true },
  };

  #frame = null;
  #lastMs = null;
  #laps = [null, null];

  constructor() {
    super();
    this.us = 0;
    this.isPlaying = false;
    this.isRace = true;
    this.colour = null;
    this.plan = undefined;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
  }

  willUpdate(changed) {
    if (!changed.has("picks")) return;
    this.#laps = this.picks.map((pick) => pick.curves);
    this.us = Math.min(this.us, this.#wholeUs);
    const can = this.#colours;
    if (!can.includes(this.colour)) this.colour = can[0] ?? "steering";
    this.#findPlan();
  }

  /** The first lap leads; both run from one start, or are shown at the same place. */
  get #wholeUs() {
    const [first, second] = this.#laps;
    const both = this.isRace && second !== null;
    return Math.max(first?.duration_us ?? 0, both ? second.duration_us : 0);
  }

  get #colours() {
    return COLOURS.filter(({ column }) => says(this.#laps[0], column)).map(({ name }) => name);
  }

  /** The instants of both laps that are shown. */
  get #instants() {
    const [first, second] = this.#laps;
    if (first === null) return [0, 0];
    const mine = Math.min(this.us, first.duration_us);
    if (second === null) return [mine, 0];
    return [mine, this.isRace ? Math.min(this.us, second.duration_us) : usAt(second, placeAt(first, mine))];
  }

  async #findPlan() {
    const [first] = this.#laps;
    this.plan = undefined; // not known yet, which is no word on whether there is one
    const plan = await planOf(this.picks[0].run, first);
    if (this.#laps[0] === first) this.plan = plan;
  }

  #toggle() {
    this.isPlaying = !this.isPlaying;
    this.#lastMs = null;
    if (!this.isPlaying) return;
    if (this.us >= this.#wholeUs) this.us = 0;
    this.#frame = requestAnimationFrame((ms) => this.#advance(ms));
  }

  #advance(ms) {
    if (!this.isPlaying) return;
    const passedUs = this.#lastMs === null ? 0 : (ms - this.#lastMs) * US_PER_MS;
    this.#lastMs = ms;
    this.us = Math.min(this.#wholeUs, this.us + passedUs);
    if (this.us >= this.#wholeUs) this.isPlaying = false;
    else this.#frame = requestAnimationFrame((next) => this.#advance(next));
  }

  #seek(us) {
    this.isPlaying = false;
    this.us = Math.min(this.#wholeUs, Math.max(0, us));
  }

  /** 0.42 of the lap: each lap's value there. */
  #told(column, digits, unit, scale = 1) {
    return this.#laps
      .map((lap, side) => {
        if (lap === null) return null;
        const value = valueAt(lap, column, this.#instants[side]);
        return value === null ? NO_VALUE : `${plain(value * scale, digits)} ${unit}`;
      })
      .filter((text) => text !== null)
      .join(" · ");
  }

  get #units() {
    const { run } = this.picks[0];
    return {
      steering: run.steering_unit,
      throttle: run.throttle_unit,
      speed: "mps",
    };
  }

  get #rows() {
    const known = this.#laps.filter((lap) => lap !== null);
    const { steering, throttle } = this.#units;
    const areAlike = this.picks[1].run === null || (this.picks[1].run.steering_unit === steering && this.picks[1].run.throttle_unit === throttle);
    const has = (column) => known.some((lap) => says(lap, column));
    const number = (digits) => (value) => decimal(value, digits, language());
    const isDeg = steering === "deg";
    const rows = [this.#deltaRow];
    if (has("speed_mps")) rows.push({ name: "speed", title: t("analysis.by_speed"), told: this.#told("speed_mps", 2, "m/s"), column: "speed_mps", format: number(1) });
    if (areAlike) {
      rows.push({
        ...{ name: "steering", title: t("analysis.chart_steering"), column: "steering", hasZero: true },
        told: this.#told("steering", 0, isDeg ? "°" : "%", isDeg ? 1 : PERCENT),
        scale: isDeg ? undefined : (value) => (value === null ? null : value * PERCENT),
        format: number(0),
      });
      rows.push({
        ...{ name: "throttle", title: t("analysis.by_throttle"), column: "throttle" },
        told: this.#told("throttle", throttle === "mps" ? 2 : 0, throttle === "mps" ? "m/s" : "%", throttle === "mps" ? 1 : PERCENT),
        scale: throttle === "mps" ? undefined : (value) => (value === null ? null : value * PERCENT),
        format: number(throttle === "mps" ? 1 : 0),
      });
    }
    if (has("latency_us"))
      rows.push({
        ...{ name: "latency", title: t("replay.latency"), column: "latency_us", hasZero: true },
        told: this.#told("latency_us", 1, "ms", 1 / US_PER_MS),
        scale: (value) => (value === null ? null : value / US_PER_MS),
        format: number(0),
      });
    if (has("reward")) rows.push({ name: "reward", title: t("analysis.by_reward"), told: this.#told("reward", 2, ""), column: "reward", format: number(1) });
    return rows.filter((row) => row !== null);
  }

  get #deltaRow() {
    const { delta } = this;
    if (delta === null) return null;
    const [first] = this.#laps;
    const place = placeAt(first, this.#instants[0]);
    const after = delta.place.findIndex((each) => each >= place);
    const here = delta.basis === "distance" ? delta.delta_us[Math.max(0, after)] : null;
    return {
      ...{ name: "delta", title: t("analysis.chart_delta"), hasZero: true },
      told: `${here === null ? "" : `${gap(here)} · `}${t("analysis.at_end", { gap: gap(delta.delta_us.at(-1)) })}`,
      points: { x: delta.place, y: delta.delta_us.map((us) => us / US_PER_S) },
      format: (value) => decimal(value, 2, language()),
    };
  }

  #transport() {
    const [first, second] = this.#laps;
    const times = this.#instants.map((us) => runningTime(us));
    return html`<div class="transport">
      <input
        type="range" class="scrubber" min="0" max=${this.#wholeUs} step="1000"
        .value=${String(Math.round(this.us))}
        aria-label=${t("replay.place")}
        @input=${(event) => this.#seek(Number(event.target.value))}
      />
      <div class="transport__row">
        <button class="button button--main" data-testid="play" @click=${() => this.#toggle()}>
          ${this.isPlaying ? t("replay.pause") : t("replay.play")}
        </button>
        ${
          second === null
            ? nothing
            : html`<label class="field field--inline"><span class="visually-hidden">${t("analysis.how_to_run")}</span>
                <select @change=${(event) => (this.isRace = event.target.value === "race")}>
                  <option value="race" ?selected=${this.isRace}>${t("analysis.same_start")}</option>
                  <option value="place" ?selected=${!this.isRace}>${t("analysis.same_place")}</option>
                </select></label>`
        }
        <span class="digits" data-testid="instant"
          ><span class="key key--0" aria-hidden="true"></span>${times[0]} / ${lapTime(first.duration_us)}
          ${second === null ? nothing : html`<span class="key key--1" aria-hidden="true"></span>${times[1]} / ${lapTime(second.duration_us)}`}</span
        >
      </div>
    </div>`;
  }

  #map() {
    const [first] = this.#laps;
    return html`<section class="panel panel--map" data-testid="map">
      <div class="panel__row">
        <h2 class="panel__head">${t("analysis.map")}</h2>
        <label class="field field--inline"><span>${t("analysis.coloured_by")}</span>
          <select @change=${(event) => (this.colour = event.target.value)}>
            ${this.#colours.map((name) => html`<option value=${name} ?selected=${name === this.colour}>${t(`analysis.by_${name}`)}</option>`)}
          </select></label>
      </div>
      <lap-map .laps=${this.#laps} .us=${this.#instants} .colour=${this.colour} .units=${this.#units} .plan=${this.plan ?? null}></lap-map>
      ${says(first, "x_m") && this.plan !== undefined ? html`<p class="muted">${this.#planText()}</p>` : nothing}
      ${first.exits.length === 0 ? nothing : html`<p class="digits" data-testid="exits">${this.#exits(first)}</p>`}
      ${this.#transport()}
    </section>`;
  }

  #planText() {
    const { plan } = this;
    if (plan === null) return t("analysis.no_plan");
    if (plan.share === null) return t("analysis.seen_on", { name: plan.name });
    return t("analysis.on_plan", { name: plan.name, percent: Math.floor(plan.share * PERCENT) });
  }

  #exits(lap) {
    const told = lap.exits.map(({ at_us: us, place, is_marked: isMarked }) => {
      const words = { time: runningTime(us), percent: Math.floor(place * PERCENT) };
      return isMarked ? t("analysis.exit_marked", words) : t("analysis.exit", words);
    });
    return `✕ ${t("analysis.exits")}: ${told.join("; ")}`;
  }

  render() {
    const [first] = this.#laps;
    if (first === null || first.at_us.length === 0) {
      return html`<section class="panel" data-testid="no-record"><p class="muted">${t("analysis.no_record")}</p></section>`;
    }
    const rows = this.#rows;
    return html`<div class="map-column">${this.#map()}</div>
      <section class="panel panel--curves" data-testid="curves">
        <h2 class="panel__head">${t("analysis.curves")}</h2>
        ${this.delta === null || this.delta.findings.length === 0 ? nothing : findingList(this.delta.findings, this.picks[0].run)}
        ${this.delta !== null && this.delta.basis !== "distance" ? html`<p class="muted">${t(`analysis.delta_${this.delta.basis}`)}</p>` : nothing}
        <lap-curves
          .laps=${this.#laps} .key=${this.delta} .rows=${rows} .place=${placeAt(first, this.#instants[0])}
          .axis=${t(`analysis.axis_${first.basis}`)}
          @seek=${(event) => this.#seek(usAt(first, event.detail))}
        ></lap-curves>
      </section>`;
  }
}

customElements.define("two-laps", TwoLaps);
