// Switches the server's machine off, or restarts it: asked twice, and a third time with cars out.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { dateAndTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { checkField, formValues } from "/static/parts/forms/form.js";

const WITH_CARS = ["armed", "running", "paused"];

class MachineCard extends PageElement {
  static properties = { view: { attribute: false }, machine: { state: true }, verb: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.machine = null;
    this.verb = null;
    this.#load();
  }

  async #load() {
    this.machine = await perform(this, () => read("/venue/machine"));
  }

  get #hasCars() {
    return WITH_CARS.includes(this.view?.heat?.phase);
  }

  async #send(event) {
    const isHeatGivenUp = formValues(event).is_heat_given_up === "on";
    const body = { verb: this.verb, is_heat_given_up: isHeatGivenUp };
    const done = ({ failure }) =>
      failure === null ? tCode("going_down", body.verb) : t("machine.no_backup", { reason: failure });
    const answer = await submit(this, "/venue/machine/down", body, done);
    if (answer !== null) this.verb = null;
  }

  #confirmation() {
    return html`<form class="form" @submit=${(event) => this.#send(event)}>
      <p><strong>${tCode("machine_sure", this.verb)}</strong></p>
      ${
        this.#hasCars
          ? html`<p class="form-error" role="alert">${t("machine.heat_on")}</p>
              ${checkField(t("machine.give_up"), "is_heat_given_up")}`
          : nothing
      }
      <div class="form__buttons">
        <button class="button button--main">${tCode("machine_do", this.verb)}</button>
        <button class="button" type="button" @click=${() => (this.verb = null)}>
          ${t("machine.no")}
        </button>
      </div>
    </form>`;
  }

  #choice() {
    if (!this.machine.is_kept) return html`<p>${t("machine.not_kept")}</p>
      <p><code>sudo systemctl poweroff</code></p>`;
    return html`<div class="form__buttons">
      ${["poweroff", "reboot"].map(
        (verb) =>
          html`<button class="button" @click=${() => (this.verb = verb)}>
            ${tCode("machine_do", verb)}
          </button>`,
      )}
    </div>`;
  }

  #last() {
    const { last_actor: who, last_utc: utc, last_verb: verb } = this.machine;
    if ((who ?? null) === null) return nothing;
    const when = dateAndTime(utc, language());
    return html`<p class="muted">${tCode("machine_last", verb, { who, when })}</p>`;
  }

  render() {
    if (this.machine === null) return nothing;
    return html`<section class="card" data-testid="machine-card">
      <h2 class="card__title">${t("machine.title")}</h2>
      <p class="muted">${t("machine.explain")}</p>
      ${this.verb === null ? this.#choice() : this.#confirmation()} ${this.#last()}
    </section>`;
  }
}

customElements.define("machine-card", MachineCard);
