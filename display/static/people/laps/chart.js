// A driver's laps as a chart: a line for each heat, what counts and what doesn't, and the best one.

import { html, nothing } from "lit";
import { gap, lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { lapNote } from "/static/parts/laps/notes.js";
import { PlotElement } from "/static/parts/plots/element.js";
import { LapPlot } from "/static/people/laps/plot.js";
import {
  bestOf,
  chartedRuns,
  countedUs,
  drivenRuns,
  timeRange,
} from "/static/people/laps/points.js";
import { watchLink } from "/static/people/laps/table.js";

/** `sheet` is what the server says of the entry; a new one is drawn, the same one stays. */
class LapChart extends PlotElement {
  static properties = {
    eventId: { attribute: false },
    sheet: { attribute: false },
    offIds: { state: true },
    picked: { state: true },
  };

  #lapPlot = null;

  constructor() {
    super();
    this.offIds = new Set();
    this.picked = null;
  }

  willUpdate(changed) {
    if (!changed.has("sheet")) return;
    this.runs = chartedRuns(drivenRuns(this.sheet));
    this.best = bestOf(this.runs);
    this.picked = this.#again(this.picked);
  }

  /** The lap that was touched as the new sheet tells it: one comes with every pass of anybody. */
  #again(picked) {
    const run = this.runs.find((each) => each.heat.heat_id === picked?.run.heat.heat_id);
    const lap = run?.laps.find((each) => each.number === picked.lap.number);
    return lap === undefined ? null : { run, lap };
  }

  updated(changed) {
    if (changed.has("sheet") || changed.has("offIds")) this.drawAll();
    else this.#lapPlot?.redraw();
  }

  draw(host) {
    this.#lapPlot = new LapPlot(host, this);
    return this.#lapPlot.plot;
  }

  get range() {
    return timeRange(this.runs);
  }

  isOff(run) {
    return this.offIds.has(run.heat.heat_id);
  }

  /** One line at least stays: an empty chart would say nothing. */
  #toggle(run) {
    const { heat_id: heatId } = run.heat;
    const offIds = new Set(this.offIds);
    if (!offIds.delete(heatId)) offIds.add(heatId);
    if (this.runs.every((each) => offIds.has(each.heat.heat_id))) return;
    if (this.picked?.run.heat.heat_id === heatId) this.picked = null;
    this.offIds = offIds;
  }

  #point(event) {
    const found = this.#lapPlot.nearest(event);
    if (found !== null) this.picked = found;
  }

  #choices() {
    if (this.runs.length < 2) return nothing;
    return html`<div class="laps__runs" role="group" aria-label=${t("me.chart_heats")}>
      ${this.runs.map(
        (run, at) =>
          html`<button
            class="button laps__run"
            aria-pressed=${String(!this.isOff(run))}
            @click=${() => this.#toggle(run)}
          >
            <svg class="laps__line laps__line--${at}" viewBox="0 0 32 8" aria-hidden="true">
              <line x1="0" y1="4" x2="32" y2="4" />
            </svg>
            ${t("me.heat", { number: run.heat.number })}
          </button>`,
      )}
    </div>`;
  }

  /** The lap that was touched, else the best one, in words. */
  #told() {
    const shown = this.picked ?? this.best;
    if (shown === null) return html`<p class="muted">${t("me.no_counted")}</p>`;
    const { run, lap } = shown;
    const isBest = lap === this.best?.lap;
    const behind = isBest || this.best === null || lap.invalid !== null;
    const notes = [
      isBest ? `▲ ${t("mark.personal")}` : null,
      behind ? null : gap(countedUs(lap) - countedUs(this.best.lap)),
      lapNote({ ...lap, is_best: false }) || null,
    ].filter(Boolean);
    return html`<p class="laps__told" data-testid="lap-told">
      <span
        ><strong class="digits">${lapTime(lap.duration_us)}</strong>
        ${t("me.lap_of_heat", { number: lap.number, heat: run.heat.number })}
        <span class="muted digits">${notes.join(" · ")}</span></span
      >
      ${watchLink(this.eventId, run, lap.number)}
    </p>`;
  }

  #key() {
    const laps = this.runs.flatMap((run) => run.laps);
    const meanings = [
      this.best === null ? null : `▲ ${t("mark.personal")}`,
      laps.some((lap) => lap.invalid !== null) ? `✕ ${t("mark.void")}` : null,
      laps.some((lap) => lap.penalty_us > 0) ? `+ ${t("me.with_penalty")}` : null,
    ];
    return meanings.filter(Boolean).join(" · ");
  }

  #summary() {
    const laps = this.runs.reduce((sum, run) => sum + run.laps.length, 0);
    const words = { laps, heats: this.runs.length };
    if (this.best === null) return t("me.chart_none", words);
    const { run, lap } = this.best;
    const best = { time: lapTime(countedUs(lap)), number: lap.number, heat: run.heat.number };
    return t("me.chart_best", { ...words, ...best });
  }

  render() {
    return html`<figure class="laps__figure">
      ${this.#choices()}
      <div
        class="laps__plot"
        data-plot="laps"
        role="img"
        aria-label=${this.#summary()}
        @pointerdown=${(event) => this.#point(event)}
        @pointermove=${(event) => event.pointerType === "mouse" && this.#point(event)}
      ></div>
      <p class="laps__axis label" aria-hidden="true">${t("me.chart_axis")}</p>
      ${this.#told()}
      <figcaption class="muted">${this.#key()}</figcaption>
    </figure>`;
  }
}

customElements.define("lap-chart", LapChart);
