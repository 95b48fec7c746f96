// Lets the car's model drive without a server: for as long as this page is open and heard.

import { html } from "lit";
import { Press, Refused } from "/static/car_console/press.js";
import { t } from "/static/i18n.js";
import { notify } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const PAUSE_MS = 200;
/** The car stands one second after the last tick that it heard answered. */
const PATIENCE_MS = 700;
const SPEEDS_PERCENT = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

class SoloDrive extends PageElement {
  static properties = {
    isOff: { type: Boolean },
    hasModel: { type: Boolean },
    speedPercent: { state: true },
    press: { state: true },
  };

  #stopHere = () => document.hidden && this.#stop();
  #leave = () => this.#stop();

  constructor() {
    super();
    this.speedPercent = 50;
    this.press = null;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#stopHere);
    window.addEventListener("pagehide", this.#leave);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    document.removeEventListener("visibilitychange", this.#stopHere);
    window.removeEventListener("pagehide", this.#leave);
  }

  async #start() {
    const press = new Press("/alone", "/alone/stop");
    this.press = press;
    while (this.press === press) {
      try {
        await press.say({ speed_percent: this.speedPercent }, PATIENCE_MS);
      } catch (error) {
        // Without an answer it is tried again: the car says whether it was too late.
        if (error instanceof Refused && this.press === press) {
          notify(this, error.message, true);
          this.#stop();
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  #stop() {
    this.press?.end();
    this.press = null;
  }

  render() {
    const isOn = this.press !== null;
    return html`<p class="muted">
        ${this.hasModel ? t("console.alone_explain") : t("problem.car_no_model")}
      </p>
      <label class="field hand-pad__limit">
        <span>${t("console.alone_speed")}</span>
        <select @change=${(event) => (this.speedPercent = Number(event.target.value))}>
          ${SPEEDS_PERCENT.map(
            (each) =>
              html`<option value=${each} ?selected=${each === this.speedPercent}>${each} %</option>`,
          )}
        </select>
      </label>
      ${
        isOn
          ? html`<button class="button button--main" @click=${() => this.#stop()}>
              ${t("console.alone_stop")}
            </button>`
          : html`<button class="button" ?disabled=${this.isOff || !this.hasModel} @click=${() => this.#start()}>
              ${t("console.alone_start")}
            </button>`
      }`;
  }
}

customElements.define("solo-drive", SoloDrive);
