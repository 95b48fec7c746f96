// The last lines of a car's log, asked for and shown where they are.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const LOOK_AGAIN_MS = 1000;
/** A car that doesn't answer for so long won't. */
const PATIENCE_MS = 20_000;

class CarLog extends PageElement {
  static properties = {
    car: { attribute: false },
    log: { state: true },
    isAsking: { state: true },
  };

  constructor() {
    super();
    this.log = null;
    this.isAsking = false;
  }

  get #path() {
    return `/cars/${encodeURIComponent(this.car.car_id)}/log`;
  }

  async #fetch() {
    const before = this.car.log_us;
    this.isAsking = true;
    const asked = await submit(this, `${this.#path}/request`, {});
    const started = performance.now();
    while (asked !== null && this.isConnected) {
      const log = await perform(this, () => read(this.#path));
      const isNew = log !== null && log.at_us !== null && log.at_us !== before;
      if (isNew) this.log = log;
      if (isNew || log === null || performance.now() - started > PATIENCE_MS) break;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    this.isAsking = false;
  }

  /** The newest line is what is wanted. */
  updated() {
    const text = this.querySelector("pre");
    if (text !== null) text.scrollTop = text.scrollHeight;
  }

  render() {
    const { car, log, isAsking } = this;
    return html`<button
        class="button"
        ?disabled=${!car.is_heard || isAsking}
        @click=${() => this.#fetch()}
      >
        ${isAsking ? t("fleet.log_comes") : t("fleet.log")}
      </button>
      ${log === null ? nothing : html`<pre class="car-log" tabindex="0" aria-label=${t("fleet.log")}>${log.text}</pre>`}`;
  }
}

customElements.define("car-log", CarLog);
