// Devices that ask to be let in: each shows six digits, which are typed here.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues } from "/static/parts/form.js";

const ASK_AGAIN_MS = 3000;

class PairingCard extends PageElement {
  static properties = {
    devices: { state: true },
    cars: { attribute: false },
    onPaired: { attribute: false },
  };

  #timer = null;

  connectedCallback() {
    super.connectedCallback();
    this.devices = [];
    this.cars ??= [];
    this.#ask();
    this.#timer = setInterval(() => document.hidden || this.#ask(), ASK_AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  async #ask() {
    try {
      this.devices = await read("/pairings");
    } catch {
      // asked again soon; whoever does something here hears why not
    }
  }

  async #approve(event, device) {
    const form = event.target;
    const path = `/pairings/${device.pairing_id}/approve`;
    const { code, scope = null } = formValues(event);
    const made = await submit(this, path, { code, scope }, t("pairing.done", { name: device.name }));
    form.reset();
    await this.#ask();
    if (made !== null) this.onPaired();
  }

  async #refuse(device) {
    await submit(this, `/pairings/${device.pairing_id}`, {}, t("pairing.refused"), "DELETE");
    await this.#ask();
  }

  /** The car that has the device's own name is taken to be it, until somebody says otherwise. */
  #carChoice(device) {
    if (this.cars.length === 0) return html`<p class="muted">${t("pairing.no_cars")}</p>`;
    return html`<label class="field"
      ><span>${t("pairing.car")}</span>
      <select name="scope" required>
        <option value="" ?selected=${!this.cars.some((car) => car.car_id === device.name)}></option>
        ${this.cars.map(
          (car) =>
            html`<option value=${car.car_id} ?selected=${car.car_id === device.name}>
              ${car.name === car.car_id ? car.name : `${car.name} · ${car.car_id}`}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #device(device) {
    const minutes = Math.ceil(device.life_left_s / 60);
    return html`<li class="waiting" data-pairing=${device.name}>
      <p>
        <strong>${device.name}</strong> · ${tCode("role", device.role)}
        <span class="muted">${device.address} · ${t("pairing.left", { minutes, tries: device.tries_left })}</span>
      </p>
      <form class="form form--line" @submit=${(event) => this.#approve(event, device)}>
        <label class="field"
          ><span>${t("pairing.code")}</span>
          <input
            name="code"
            class="digits pairing__code"
            required
            inputmode="numeric"
            pattern="[0-9]{3} ?[0-9]{3}"
            maxlength="7"
            autocomplete="off"
          />
        </label>
        ${device.role === "car" ? this.#carChoice(device) : nothing}
        <button class="button button--main" ?disabled=${device.role === "car" && this.cars.length === 0}>
          ${t("pairing.approve")}
        </button>
        <button class="button" type="button" @click=${() => this.#refuse(device)}>
          ${t("pairing.refuse")}
        </button>
      </form>
    </li>`;
  }

  render() {
    const { devices } = this;
    return html`<section class="card">
      <h2 class="card__title">${t("pairing.title")}</h2>
      ${devices.length === 0 ? html`<p class="muted">${t("pairing.none")}</p>` : nothing}
      <ul class="rows">
        ${devices.map((device) => this.#device(device))}
      </ul>
    </section>`;
  }
}

customElements.define("pairing-card", PairingCard);
