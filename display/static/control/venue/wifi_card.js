// The Wi-Fi for the public: which one, and whether screens show it.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues, textField } from "/static/parts/forms/form.js";

class WifiCard extends PageElement {
  static properties = { wifi: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.wifi = null;
    this.#load();
  }

  async #load() {
    this.wifi = await perform(this, () => read("/venue/wifi"));
  }

  async #put(event) {
    const isShown = event.submitter.value === "show";
    const body = { ...formValues(event), is_shown: isShown };
    const done = isShown ? t("wifi.shown") : t("wifi.hidden");
    const answer = await submit(this, "/venue/wifi", body, done, "PUT");
    if (answer !== null) this.wifi = answer;
  }

  render() {
    const { wifi } = this;
    if (wifi === null) return nothing;
    return html`<section class="card" data-testid="wifi-card">
      <h2 class="card__title">${t("wifi.title")}</h2>
      <p class="muted">${t("wifi.explain")}</p>
      <p>${wifi.is_shown ? t("wifi.is_shown") : t("wifi.is_hidden")}</p>
      <form class="form" @submit=${(event) => this.#put(event)}>
        ${textField(t("wifi.ssid"), "ssid", { value: wifi.ssid, most: 32 })}
        ${textField(t("wifi.passphrase"), "passphrase", {
          value: wifi.passphrase,
          most: 63,
          isRequired: false,
        })}
        <div class="form__buttons">
          <button class="button button--main" value="show">
            ${wifi.is_shown ? t("wifi.change") : t("wifi.show")}
          </button>
          ${wifi.is_shown ? html`<button class="button" value="hide">${t("wifi.hide")}</button>` : nothing}
        </div>
      </form>
    </section>`;
  }
}

customElements.define("wifi-card", WifiCard);
