// The bar that shrinks with what is left of the run's window.

import { html } from "lit";
import { windowState } from "/static/view_model.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const STEP_MS = 200;

class WindowBar extends PageElement {
  static properties = { feed: { attribute: false }, view: { attribute: false } };

  constructor() {
    super();
    everyWhileShown(this, STEP_MS, () => this.#step());
  }

  #step() {
    const nowUs = this.feed?.raceNowUs() ?? null;
    const bar = this.firstElementChild;
    if (nowUs === null || bar === null) return;
    const { frac } = windowState(this.view, nowUs);
    bar.style.setProperty("--left", String(frac));
    bar.classList.toggle("window-bar--low", frac < 0.15);
  }

  updated() {
    this.#step();
  }

  render() {
    return html`<div class="window-bar" aria-hidden="true"></div>`;
  }
}

customElements.define("window-bar", WindowBar);
