// A lap's curves over its places beside another's, one below the other, with one cursor for all.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { atPlaces } from "/static/analysis/charts/along.js";
import { drawPlot } from "/static/analysis/charts/plot.js";
import { PlotElement } from "/static/parts/plots/element.js";

const PLACES = 400;
const PERCENT = 100;

/**
 * `rows` are what to draw: `{name, title, told, column | points, format, hasZero}`; `points` are
 * `{x, y}` of their own. `laps` are mine and the other; `place` is where the cursor stands; another `key` draws anew.
 */
class LapCurves extends PlotElement {
  static properties = {
    laps: { attribute: false },
    rows: { attribute: false },
    place: { attribute: false },
    key: { attribute: false },
    axis: { attribute: false },
  };

  #drawn = null;

  updated() {
    const drawn = JSON.stringify([this.rows.map(({ name }) => name), this.axis]);
    if (this.#drawn?.laps !== this.laps || this.#drawn?.drawn !== drawn || this.#drawn?.key !== this.key) {
      this.#drawn = { laps: this.laps, drawn, key: this.key };
      this.drawAll();
    } else this.drawn();
  }

  draw(host) {
    const row = this.rows.find(({ name }) => name === host.dataset.plot);
    const isOwn = row.points !== undefined;
    const x = isOwn
      ? row.points.x.map((place) => place * PERCENT)
      : Array.from({ length: PLACES + 1 }, (_, step) => (step / PLACES) * PERCENT);
    const columns = isOwn
      ? [{ values: row.points.y, line: "alone", hasPoints: row.points.x.length < 20 }]
      : this.laps.flatMap((lap, side) =>
          lap === null
            ? []
            : [{ values: atPlaces(lap, row.column, PLACES).map(row.scale ?? ((value) => value)), line: side === 0 ? "mine" : "other" }],
        );
    return drawPlot(host, {
      x,
      columns,
      formatX: (value) => `${value}`,
      formatY: row.format,
      lines: (this.laps[0]?.lines ?? []).map((place) => place * PERCENT),
      hasZero: row.hasZero,
      xRange: [0, PERCENT],
    });
  }

  /** The cursor of every chart at the one place. */
  drawn() {
    for (const plot of this.plots.values()) {
      plot.setCursor({ left: plot.valToPos(this.place * PERCENT, "x"), top: 0 }, false);
    }
  }

  #seek(event, name) {
    if (event.type === "pointermove" && event.pointerType === "mouse" && event.buttons === 0) return;
    const plot = this.plots.get(name);
    if (plot === undefined) return;
    const box = plot.over.getBoundingClientRect();
    const place = plot.posToVal(event.clientX - box.left, "x") / PERCENT;
    const detail = Math.min(1, Math.max(0, place));
    this.dispatchEvent(new CustomEvent("seek", { detail }));
  }

  render() {
    return html`${this.rows.map(
        (row) =>
          html`<section class="curve">
            <h3 class="curve__title">
              <span class="curve__name">${row.title}</span> <span class="curve__told digits" data-told=${row.name}>${row.told}</span>
            </h3>
            <div
              class="curve__plot"
              data-plot=${row.name}
              role="img"
              aria-label=${row.title}
              @pointerdown=${(event) => this.#seek(event, row.name)}
              @pointermove=${(event) => this.#seek(event, row.name)}
            ></div>
          </section>`,
      )}
      ${this.rows.length === 0 ? nothing : html`<p class="label curve__axis">${this.axis}</p>`}`;
  }
}

customElements.define("lap-curves", LapCurves);
