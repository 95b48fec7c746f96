// A clock that follows the race clock on every frame, without re-rendering what surrounds it.

import { html } from "lit";
import { FrameElement } from "/static/parts/frame_element.js";

/** Texts with minutes are wider: "1:05.43". */
const LONG = 5;

/** `read(nowUs)` gives the text to show; it is asked once per frame while the page is visible. */
class RunningClock extends FrameElement {
  static properties = { feed: { attribute: false }, read: { attribute: false } };

  show() {
    const target = this.firstElementChild;
    const nowUs = this.feed?.raceNowUs() ?? null;
    if (target === null || nowUs === null) return;
    const text = this.read(nowUs);
    if (target.textContent === text) return;
    target.textContent = text;
    this.classList.toggle("is-long", text.length > LONG);
  }

  render() {
    return html`<span class="digits" role="timer" aria-live="off"></span>`;
  }
}

customElements.define("running-clock", RunningClock);
