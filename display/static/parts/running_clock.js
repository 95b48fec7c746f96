// A clock that follows the race clock on every frame, without re-rendering what surrounds it.

import { html } from "lit";
import { PageElement } from "/static/parts/element.js";

/** Texts with minutes are wider: "1:05.43". */
const LONG = 5;

/** `read(nowUs)` gives the text to show; it is asked once per frame while the page is visible. */
class RunningClock extends PageElement {
  static properties = { feed: { attribute: false }, read: { attribute: false } };

  connectedCallback() {
    super.connectedCallback();
    const tick = () => {
      this.#show();
      this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
  }

  #show() {
    const target = this.firstElementChild;
    const nowUs = this.feed?.raceNowUs() ?? null;
    if (target === null || nowUs === null) return;
    const text = this.read(nowUs);
    if (target.textContent === text) return;
    target.textContent = text;
    this.classList.toggle("is-long", text.length > LONG);
  }

  updated() {
    this.#show();
  }

  render() {
    return html`<span class="digits" role="timer" aria-live="off"></span>`;
  }
}

customElements.define("running-clock", RunningClock);
