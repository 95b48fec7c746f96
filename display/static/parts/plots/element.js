// The base of elements with charts by uPlot: drawn in the theme's colours, as wide as there is room.

import { PageElement } from "/static/parts/element.js";

/**
 * Charts stand in the element's `[data-plot]`, by its name in `plots`. A subclass has `draw(host)`,
 * which returns the chart that belongs there, and calls `drawAll` where its data changed.
 */
export class PlotElement extends PageElement {
  plots = new Map();
  #onTheme = () => this.drawAll();
  #sizes = new ResizeObserver(() => this.#fit());

  connectedCallback() {
    super.connectedCallback();
    addEventListener("themechange", this.#onTheme);
    // A canvas that was drawn before its face came stays in another one.
    document.fonts.ready.then(() => this.drawAll());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("themechange", this.#onTheme);
    this.#sizes.disconnect();
    this.#end();
  }

  /** Draws every chart anew: other data, another range, another theme. */
  drawAll() {
    this.#end();
    if (!this.isConnected || !this.hasUpdated) return;
    this.#sizes.disconnect();
    for (const host of this.querySelectorAll("[data-plot]")) {
      this.#sizes.observe(host);
      if (host.clientWidth > 0) this.plots.set(host.dataset.plot, this.draw(host));
    }
    this.drawn();
  }

  /** Called after every chart was drawn, or has another size. */
  drawn() {}

  #end() {
    for (const plot of this.plots.values()) plot.destroy();
    this.plots.clear();
  }

  /** What had no room before is drawn now. */
  #fit() {
    const hosts = [...this.querySelectorAll("[data-plot]")].filter((host) => host.clientWidth > 0);
    if (hosts.some((host) => !this.plots.has(host.dataset.plot))) {
      this.drawAll();
      return;
    }
    const misfits = hosts.filter((host) => {
      const plot = this.plots.get(host.dataset.plot);
      return plot.width !== host.clientWidth || plot.height !== host.clientHeight;
    });
    for (const host of misfits) {
      this.plots.get(host.dataset.plot).setSize({ width: host.clientWidth, height: host.clientHeight });
    }
    if (misfits.length > 0) this.drawn();
  }
}
