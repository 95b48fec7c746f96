// The server's calendar beside this device's; says so on its own when they differ.

import { html, nothing } from "lit";
import { language, t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { readDifference, setToNow, TOLERATED_MS } from "/static/parts/clocks/wall_clock.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const AGAIN_MS = 60_000;

const shown = (ms) =>
  new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium" }).format(ms);

/** `isNotice`: only where the clocks differ, for the top of every tab. */
class ClockCard extends PageElement {
  static properties = { isNotice: { type: Boolean }, found: { state: true } };

  constructor() {
    super();
    everyWhileShown(this, AGAIN_MS, () => this.#compare());
  }

  connectedCallback() {
    super.connectedCallback();
    this.found = null;
    this.#compare();
    this.onSet = () => this.#compare();
    window.addEventListener("clock-set", this.onSet);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("clock-set", this.onSet);
  }

  async #compare() {
    try {
      this.found = await readDifference();
    } catch {
      this.found = null; // without contact the banner says enough
    }
  }

  async #set() {
    const done = (answer) => answer.is_machine_set ? t("clock.set_both") : t("clock.set");
    await perform(this, setToNow, done);
    window.dispatchEvent(new Event("clock-set"));
  }

  #times() {
    const { serverMs, hereMs } = this.found;
    return html`<dl class="two-clocks">
      <div><dt>${t("clock.server")}</dt><dd class="digits">${shown(serverMs)}</dd></div>
      <div><dt>${t("clock.here")}</dt><dd class="digits">${shown(hereMs)}</dd></div>
    </dl>`;
  }

  render() {
    if (this.found === null) return nothing;
    const isOff = Math.abs(this.found.aheadMs) > TOLERATED_MS;
    if (this.isNotice && !isOff) return nothing;
    return html`<section class="card ${isOff ? "card--warning" : ""}" data-testid="clock-card">
      <h2 class="card__title">${isOff ? t("clock.off") : t("clock.right")}</h2>
      ${this.#times()}
      <p class="muted">${t("clock.explain")}</p>
      <button class="button ${isOff ? "button--main" : ""}" @click=${() => this.#set()}>
        ${t("clock.set_button")}
      </button>
    </section>`;
  }
}

customElements.define("clock-card", ClockCard);
