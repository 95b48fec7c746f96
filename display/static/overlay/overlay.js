// The base of all overlays: nothing but graphics on a clear ground, which fade where they'd be wrong.

import { html, nothing } from "lit";
import { LiveFeed } from "/static/live.js";
import { overlayOptions } from "/static/overlay/options.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

/** How often it is asked whether what is shown is still due. */
const STEP_MS = 250;

/**
 * `content(view, nowUs)` gives what to show, null for nothing. Without contact nothing is shown: a
 * broadcast would show a clock that stands for one that runs.
 */
export class Overlay extends PageElement {
  #faded = nothing;

  constructor() {
    super();
    everyWhileShown(this, STEP_MS, () => this.requestUpdate());
  }

  connectedCallback() {
    super.connectedCallback();
    this.options = overlayOptions(location.search);
    document.documentElement.style.setProperty("--scale", String(this.options.scale));
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.requestUpdate());
    this.feed.start();
  }

  #due() {
    const { view, hasContact } = this.feed;
    return view === null || !hasContact ? null : this.content(view, this.feed.raceNowUs());
  }

  render() {
    const due = this.#due();
    // What fades out stays as it was until it is gone.
    if (due !== null) this.#faded = due;
    return html`<div
      class="overlay ${due === null ? "overlay--away" : ""}"
      aria-hidden=${due === null}
      data-testid="overlay"
    >
      ${this.#faded}
    </div>`;
  }
}
