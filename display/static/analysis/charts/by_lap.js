// Figures of a run lap by lap, one chart below the other, so that what goes together is seen.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { drawPlot } from "/static/analysis/charts/plot.js";
import { PageElement } from "/static/parts/element.js";

/** `numbers` are the laps, `rows` what to draw of each: `{name, title, values, format}`. */
class ByLap extends PageElement {
  static properties = { numbers: { attribute: false }, rows: { attribute: false } };

  #plots = [];
  #width = 0;

  constructor() {
    super();
    this.onTheme = () => this.#build();
    this.sizes = new ResizeObserver(() => this.clientWidth !== this.#width && this.#build());
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("themechange", this.onTheme);
    document.fonts.ready.then(() => this.#build());
    this.sizes.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("themechange", this.onTheme);
    this.sizes.disconnect();
    this.#end();
  }

  updated() {
    this.#build();
  }

  #end() {
    for (const plot of this.#plots) plot.destroy();
    this.#plots = [];
  }

  #build() {
    this.#end();
    if (!this.isConnected || this.clientWidth === 0) return;
    this.#width = this.clientWidth;
    for (const row of this.rows) {
      const host = this.querySelector(`[data-plot=${row.name}]`);
      if (host === null) continue;
      this.#plots.push(
        drawPlot(host, {
          x: this.numbers,
          columns: [{ values: row.values, line: row.line ?? "mine", hasPoints: this.numbers.length < 80 }],
          formatX: (value) => (Number.isInteger(value) ? `${value}` : ""),
          formatY: row.format,
          xRange: [Math.min(...this.numbers) - 0.5, Math.max(...this.numbers) + 0.5],
        }),
      );
    }
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
