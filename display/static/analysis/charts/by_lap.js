// Figures of a run lap by lap, one chart below the other, so that what goes together is seen.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { drawPlot } from "/static/analysis/charts/plot.js";
import { PlotElement } from "/static/parts/plots/element.js";

/** With more laps points would run into each other. */
const POINTS_BELOW = 80;

/** `numbers` are the laps, `rows` what to draw of each: `{name, title, values, format, least}`. */
class ByLap extends PlotElement {
  static properties = { numbers: { attribute: false }, rows: { attribute: false } };

  updated() {
    this.drawAll();
  }

  draw(host) {
    const row = this.rows.find(({ name }) => name === host.dataset.plot);
    return drawPlot(host, {
      x: this.numbers,
      columns: [{ values: row.values, line: row.line ?? "mine", hasPoints: this.numbers.length < POINTS_BELOW }],
      formatX: (value) => (Number.isInteger(value) ? `${value}` : ""),
      formatY: row.format,
      least: row.least,
      xRange: [Math.min(...this.numbers) - 0.5, Math.max(...this.numbers) + 0.5],
    });
  }

  render() {
    return html`${this.rows.map(
        (row) =>
          html`<section class="curve">
            <h3 class="curve__title"><span class="curve__name">${row.title}</span></h3>
            <div class="curve__plot curve__plot--low" data-plot=${row.name} role="img" aria-label=${row.title}></div>
          </section>`,
      )}
      <p class="label curve__axis">${t("analysis.lap_axis")}</p>`;
  }
}

customElements.define("by-lap", ByLap);
