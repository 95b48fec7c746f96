// <training-chart>: how reward and clean laps change over a training's steps.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { TrainingPlot } from "/static/train/watch/plot.js";
import { figure, laps } from "/static/train/words.js";

/** `rounds` are those so far, a new array with each new one. */
class TrainingChart extends PageElement {
  static properties = { rounds: { attribute: false } };

  #plot = null;

  constructor() {
    super();
    this.onTheme = () => this.#plot?.build();
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("themechange", this.onTheme);
    // A canvas that was drawn before its face came stays in another one.
    document.fonts.ready.then(() => this.#plot?.build());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("themechange", this.onTheme);
    this.#plot?.end();
    this.#plot = null;
  }

  updated(changed) {
    if (!changed.has("rounds")) return;
    this.#plot ??= new TrainingPlot(this.querySelector(".train__plot"));
    this.#plot.show(this.rounds);
  }

  #summary() {
    const latest = this.rounds.at(-1);
    if (latest === undefined) return t("train.chart_empty");
    const reward = figure(latest.reward_per_step);
    return t("train.chart", { rounds: this.rounds.length, reward, laps: laps(latest) });
  }

  render() {
    return html`<figure class="train__figure">
      <figcaption class="train__key">
        <span class="key key--reward">${t("train.reward_per_step")}</span>
        <span class="key key--laps">${t("train.clean_laps")}</span>
      </figcaption>
      <div class="train__plot" role="img" aria-label=${this.#summary()}></div>
      <p class="label train__axis" aria-hidden="true">${t("train.steps")}</p>
    </figure>`;
  }
}

customElements.define("training-chart", TrainingChart);
