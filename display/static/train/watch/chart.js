// <training-chart>: how reward and clean laps change over a training's steps.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { PlotElement } from "/static/parts/plots/element.js";
import { trainingData, trainingPlot } from "/static/train/watch/plot.js";
import { figure, laps } from "/static/train/words.js";

/** `rounds` are those so far, a new array with each new one. */
class TrainingChart extends PlotElement {
  static properties = { rounds: { attribute: false } };

  updated(changed) {
    if (!changed.has("rounds")) return;
    const plot = this.plots.get("training");
    if (plot === undefined) this.drawAll();
    else plot.setData(trainingData(this.rounds));
  }

  draw(host) {
    return trainingPlot(host, () => this.rounds);
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
      <div class="train__plot" data-plot="training" role="img" aria-label=${this.#summary()}></div>
      <p class="label train__axis" aria-hidden="true">${t("train.steps")}</p>
    </figure>`;
  }
}

customElements.define("training-chart", TrainingChart);
