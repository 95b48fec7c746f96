// What the car sees, a few pictures a second: the next one is asked for when the last one is here.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";

const NEXT_MS = 200;
/** A picture that doesn't come is asked for anew. */
const PATIENCE_MS = 3000;

class CameraView extends PageElement {
  static properties = { isOn: { type: Boolean }, number: { state: true }, isSeen: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.number = 0;
    this.isSeen = false;
    this.#soon(PATIENCE_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  #soon(afterMs) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!document.hidden) this.number += 1;
      this.#soon(PATIENCE_MS);
    }, afterMs);
  }

  /** An old picture would look like a car that stands: without a new one there is none. */
  #came(isSeen) {
    this.isSeen = isSeen;
    this.#soon(NEXT_MS);
  }

  render() {
    return html`<div class="camera-view">
      ${
        this.isOn
          ? html`<img
              src=${`/api/v1/picture?n=${this.number}`}
              alt=${t("car.picture")}
              ?hidden=${!this.isSeen}
              data-testid="picture"
              @load=${() => this.#came(true)}
              @error=${() => this.#came(false)}
            />`
          : nothing
      }
      ${this.isOn && this.isSeen ? nothing : html`<p class="muted">${t("console.no_picture")}</p>`}
    </div>`;
  }
}

customElements.define("camera-view", CameraView);
