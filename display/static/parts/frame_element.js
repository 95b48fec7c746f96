// What follows the race clock on every frame, without re-rendering what surrounds it.

import { PageElement } from "/static/parts/element.js";

/** `show()` is called after each rendering and once per frame while the page is visible. */
export class FrameElement extends PageElement {
  connectedCallback() {
    super.connectedCallback();
    const tick = () => {
      this.show();
      this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
  }

  updated() {
    this.show();
  }
}
