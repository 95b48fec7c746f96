// Devices that ask to be let in: each shows six digits, which are typed here.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { colourField, formValues, nextColour, textField } from "/static/parts/forms/form.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const ASK_AGAIN_MS = 3000;
/** No car's id begins like that. */
const NEW_CAR = "+";

class PairingCard extends PageElement {
  static properties = {
    devices: { state: true },
    found: { state: true },
    chosen: { state: true },
    cars: { attribute: false },
    onPaired: { attribute: false },
  };

  constructor() {
    super();
    everyWhileShown(this, ASK_AGAIN_MS, () => document.hidden || this.#ask());
  }

  connectedCallback() {
    super.connectedCallback();
    this.devices = [];
    this.found = [];
    this.chosen = {};
    this.cars ??= [];
    this.#ask();
  }

  async #ask() {
    try {
      [this.devices, this.found] = await Promise.all([read("/pairings"), read("/pairings/found")]);
    } catch {
      // asked again soon; whoever does something here hears why not
    }
  }

  async #approve(event, device) {
    const form = event.target;
    const path = `/pairings/${device.pairing_id}/approve`;
    const { code, scope = null, name, colour } = formValues(event);
    const body = scope === NEW_CAR ? { code, new_car: { name, colour } } : { code, scope };
    const made = await submit(this, path, body, t("pairing.done", { name: device.name }));
    form.reset();
    await this.#ask();
    if (made !== null) this.onPaired();
  }

  async #refuse(device) {
    await submit(this, `/pairings/${device.pairing_id}`, {}, t("pairing.refused"), "DELETE");
    await this.#ask();
  }

  /** The car that has the device's own name is taken to be it, else a new one, until told otherwise. */
  #carChoice(device) {
    const known = this.cars.find((car) => car.car_id === device.name);
    const chosen = this.chosen[device.pairing_id] ?? known?.car_id ?? NEW_CAR;
    const choose = (event) => {
      this.chosen = { ...this.chosen, [device.pairing_id]: event.target.value };
    };
    const options = this.cars.map((car) => [
      car.car_id,
      car.name === car.car_id ? car.name : `${car.name} · ${car.car_id}`,
    ]);
    if (known === undefined) options.unshift([NEW_CAR, t("pairing.new_car")]);
    return html`<label class="field"
        ><span>${t("pairing.car")}</span>
        <select name="scope" @change=${choose}>
          ${options.map(([id, text]) => html`<option value=${id} ?selected=${id === chosen}>${text}</option>`)}
        </select>
      </label>
      ${chosen === NEW_CAR ? this.#newCar(device) : nothing}`;
  }

  #newCar(device) {
    return html`${textField(t("pairing.car_name"), "name", { value: device.name })}
    ${colourField(t("plan.colour"), "colour", nextColour(this.cars.length))}`;
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
        <button class="button button--main">${t("pairing.approve")}</button>
        <button class="button" type="button" @click=${() => this.#refuse(device)}>
          ${t("pairing.refuse")}
        </button>
      </form>
    </li>`;
  }

  /** What devices say of themselves on the network: a help to see that they are on, no more. */
  #seen() {
    if (this.found.length === 0) return nothing;
    return html`<p class="muted" data-testid="found">
      ${t("pairing.found")}
      ${this.found.map(
        ({ role, name, address }, at) =>
          html`${at === 0 ? "" : " · "}<bdi>${name}</bdi> (${tCode("role", role)}, ${address})`,
      )}
    </p>`;
  }

  render() {
    const { devices } = this;
    return html`<section class="card">
      <h2 class="card__title">${t("pairing.title")}</h2>
      ${devices.length === 0 ? html`<p class="muted">${t("pairing.none")}</p>` : nothing}
      <ul class="rows">
        ${devices.map((device) => this.#device(device))}
      </ul>
      ${this.#seen()}
    </section>`;
  }
}

customElements.define("pairing-card", PairingCard);
