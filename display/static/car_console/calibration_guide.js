// The guided calibration: wheels off the ground first, then step by step, each shown on the car.

import { html, nothing } from "lit";
import { Press, Refused } from "/static/car_console/press.js";
import { t, tCode } from "/static/i18n.js";
import { notify } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const STAY_MS = 700;
const PATIENCE_MS = 2000;
const NUDGES_US = [-50, -10, 10, 50];
const STEPS = [
  "steering_mid",
  "steering_left",
  "steering_right",
  "throttle_neutral",
  "throttle_forward",
  "throttle_backward",
];

class CalibrationGuide extends PageElement {
  static properties = {
    isOff: { type: Boolean },
    hasPulses: { type: Boolean },
    isUp: { state: true },
    press: { state: true },
    told: { state: true },
  };

  #queue = Promise.resolve();
  #leave = () => this.#end();

  constructor() {
    super();
    this.isUp = false;
    this.press = null;
    this.told = null;
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener("pagehide", this.#leave);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#end();
    window.removeEventListener("pagehide", this.#leave);
  }

  /** One word at a time, in the order of the taps. */
  #say(press, word) {
    this.#queue = this.#queue.then(() => this.press === press && this.#hear(press, word));
    return this.#queue;
  }

  async #hear(press, word) {
    try {
      const { calibration } = await word();
      if (this.press !== press || calibration === null) return;
      this.told = calibration;
      if (calibration.is_saved) {
        this.press = null;
        this.isUp = false;
        notify(this, t("console.calibration_saved"));
      }
    } catch (error) {
      // Without an answer the next word tries again: the car says whether it was too late.
      if (!(error instanceof Refused) || this.press !== press) return;
      notify(this, error.message, true);
      this.#end();
    }
  }

  async #begin() {
    const press = new Press("/calibration", "/calibration/end");
    this.press = press;
    this.told = null;
    await this.#say(press, () => press.begin({ is_wheels_up: true, act: "begin" }, PATIENCE_MS));
    if (this.press === press && this.told === null) {
      notify(this, t("console.no_answer"), true);
      this.#end();
    }
    while (this.press === press) {
      await new Promise((resolve) => setTimeout(resolve, STAY_MS));
      if (this.press === press) await this.#do("stay");
    }
  }

  #do(act, byUs = 0) {
    const { press } = this;
    const body = { is_wheels_up: true, act, by_us: byUs };
    return this.#say(press, () => press.say(body, PATIENCE_MS));
  }

  #end() {
    this.press?.end();
    this.press = null;
    this.told = null;
    this.isUp = false;
  }

  #before() {
    if (!this.hasPulses) return html`<p class="muted">${t("console.calibration_none")}</p>`;
    return html`<p class="muted">${t("console.calibration_explain")}</p>
      <label class="check">
        <input
          type="checkbox"
          .checked=${this.isUp}
          ?disabled=${this.isOff}
          @change=${(event) => (this.isUp = event.target.checked)}
        />
        <span>${t("console.wheels_up")}</span>
      </label>
      <button class="button" ?disabled=${this.isOff || !this.isUp} @click=${() => this.#begin()}>
        ${t("console.calibration_begin")}
      </button>`;
  }

  #step({ step, pulse_us: pulseUs, spins_wheels: spins }) {
    const number = STEPS.indexOf(step) + 1;
    const isLast = number === STEPS.length;
    return html`<p class="muted">
        ${t("console.calibration_step", { number, count: STEPS.length })}
      </p>
      <p><strong>${tCode("calibration", step)}</strong></p>
      ${spins ? html`<p class="muted">${t("console.calibration_spins")}</p>` : nothing}
      <p class="calibration__pulse digits" data-testid="pulse">${pulseUs} µs</p>
      <div class="calibration__nudges">
        ${NUDGES_US.map(
          (byUs) =>
            html`<button class="button digits" @click=${() => this.#do("nudge", byUs)}>
              ${byUs > 0 ? `+${byUs}` : `−${-byUs}`}
            </button>`,
        )}
      </div>
      <button class="button" @click=${() => this.#do("flip")}>${t("console.calibration_flip")}</button>
      <div class="calibration__way">
        <button class="button" ?disabled=${number === 1} @click=${() => this.#do("back")}>
          ${t("console.calibration_back")}
        </button>
        <button class="button button--main" @click=${() => this.#do("confirm")}>
          ${isLast ? t("console.calibration_save") : t("console.calibration_next")}
        </button>
      </div>
      <button class="button button--small" @click=${() => this.#end()}>
        ${t("console.calibration_end")}
      </button>`;
  }

  render() {
    if (this.press === null) return this.#before();
    return this.told === null ? nothing : this.#step(this.told);
  }
}

customElements.define("calibration-guide", CalibrationGuide);
