// Devices that ask to be let in: each shows six digits, which are typed here.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues } from "/static/parts/form.js";

const ASK_AGAIN_MS = 3000;

class PairingCard extends PageElement {
  static properties = { devices: { state: true }, onPaired: { attribute: false } };

  #timer = null;

  connectedCallback() {
    super.connectedCallback();
    this.devices = [];
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
    const { code } = formValues(event);
    const made = await submit(this, path, { code }, t("pairing.done", { name: device.name }));
    form.reset();
    await this.#ask();
    if (made !== null) this.onPaired();
  }

  async #refuse(device) {
    await submit(this, `/pairings/${device.pairing_id}`, {}, t("pairing.refused"), "DELETE");
    await this.#ask();
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
        <button class="button button--main">${t("pairing.approve")}</button>
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
