// The dead-man's button: while it is held the car is driven by hand, and never longer.
//
// The car gives a tick with each answer, and every command says which tick it answers; the car's
// guard ends it 200 ms after that tick. A page that is lost, hidden or slow sends nothing new, and
// what lies in the network's buffers is too old when it arrives.

import { html } from "lit";
import { newKey } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { notify } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const PAUSE_MS = 40;
const PATIENCE_MS = 400;
const KEYS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [1, 0], ArrowRight: [-1, 0] };
const LIMITS_PERCENT = [10, 20, 30, 50, 75, 100];

const bounded = (value) => Math.max(-1, Math.min(1, value));

class HandPad extends PageElement {
  static properties = {
    isOff: { type: Boolean },
    limitPercent: { state: true },
    press: { state: true },
    spot: { state: true },
  };

  #keys = new Set();
  #letGoHere = () => this.#letGo();

  constructor() {
    super();
    this.limitPercent = 20;
    this.press = null;
    this.spot = [0, 0];
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#letGoHere);
    window.addEventListener("blur", this.#letGoHere);
    window.addEventListener("pagehide", this.#letGoHere);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#letGo();
    document.removeEventListener("visibilitychange", this.#letGoHere);
    window.removeEventListener("blur", this.#letGoHere);
    window.removeEventListener("pagehide", this.#letGoHere);
  }

  updated(changed) {
    if (changed.has("isOff") && this.isOff) this.#letGo();
  }

  #hold() {
    if (this.isOff || document.hidden || this.press !== null) return;
    this.press = newKey();
    this.#drive(this.press);
  }

  #letGo() {
    const { press } = this;
    this.#keys.clear();
    this.spot = [0, 0];
    if (press === null) return;
    this.press = null;
    // `keepalive`: it is sent also where the page goes.
    this.#send("/let-go", { press }, { keepalive: true }).catch(() => {});
  }

  #send(path, body, options = {}) {
    return fetch(`/api/v1${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      ...options,
    });
  }

  /** Answers tick by tick for as long as this press lasts. */
  async #drive(press) {
    let tickUs = 0;
    while (this.press === press) {
      try {
        tickUs = await this.#step(press, tickUs);
      } catch {
        tickUs = 0; // no answer in time: the car stands; it is asked for a new tick
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async #step(press, tickUs) {
    const [steering, throttle] = this.spot;
    const answer = await this.#send(
      "/by-hand",
      {
        press,
        tick_us: tickUs,
        steering_frac: steering,
        throttle_frac: (throttle * this.limitPercent) / 100,
      },
      { signal: AbortSignal.timeout(PATIENCE_MS) },
    );
    if (answer.ok) return (await answer.json()).tick_us;
    const { code } = await answer.json();
    if (code !== "car_link_too_slow" && this.press === press) {
      notify(this, tCode("problem", code, {}, code), true);
      this.#letGo();
    }
    return 0;
  }

  #point(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const across = (event.clientX - box.left) / box.width;
    const down = (event.clientY - box.top) / box.height;
    this.spot = [bounded(1 - 2 * across), bounded(1 - 2 * down)];
  }

  #down(event) {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#point(event);
    this.#hold();
  }

  #key(event, isDown) {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    if (event.repeat) return;
    if (isDown) this.#keys.add(event.key);
    else this.#keys.delete(event.key);
    const sum = (index) => [...this.#keys].reduce((total, key) => total + KEYS[key][index], 0);
    this.spot = [bounded(sum(0)), bounded(sum(1))];
    if (this.#keys.size === 0) this.#letGo();
    else this.#hold();
  }

  #move(event) {
    if (this.press !== null && this.#keys.size === 0) this.#point(event);
  }

  render() {
    const [steering, throttle] = this.spot;
    const isHeld = this.press !== null;
    return html`<p class="muted">${t("console.hand_explain")}</p>
      <label class="field hand-pad__limit">
        <span>${t("console.hand_limit")}</span>
        <select @change=${(event) => (this.limitPercent = Number(event.target.value))}>
          ${LIMITS_PERCENT.map(
            (each) =>
              html`<option value=${each} ?selected=${each === this.limitPercent}>${each} %</option>`,
          )}
        </select>
      </label>
      <div
        class="hand-pad ${isHeld ? "hand-pad--held" : ""}"
        role="button"
        tabindex="0"
        aria-label=${t("console.hand_hold")}
        aria-disabled=${this.isOff ? "true" : "false"}
        data-testid="hand-pad"
        @pointerdown=${(event) => this.#down(event)}
        @pointermove=${(event) => this.#move(event)}
        @pointerup=${() => this.#letGo()}
        @pointercancel=${() => this.#letGo()}
        @lostpointercapture=${() => this.#letGo()}
        @contextmenu=${(event) => event.preventDefault()}
        @keydown=${(event) => this.#key(event, true)}
        @keyup=${(event) => this.#key(event, false)}
        @blur=${() => this.#letGo()}
      >
        <span class="hand-pad__word">${t("console.hand_hold")}</span>
        <span
          class="hand-pad__spot"
          .style=${`left:${50 - 50 * steering}%;top:${50 - 50 * throttle}%`}
        ></span>
      </div>`;
  }
}

customElements.define("hand-pad", HandPad);
