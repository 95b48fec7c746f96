// The form that takes the code which the terminal shows, and logs this browser in with it.

import { html } from "lit";
import { login } from "/static/api.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";

class LoginForm extends PageElement {
  static properties = { error: { state: true }, isBusy: { state: true } };

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    this.isBusy = true;
    this.error = "";
    try {
      const who = await login(new FormData(form).get("code"));
      form.reset();
      this.dispatchEvent(new CustomEvent("logged-in", { bubbles: true, detail: who }));
    } catch (error) {
      this.error = error.message;
    }
    this.isBusy = false;
  }

  render() {
    return html`<form class="form" @submit=${(event) => this.#submit(event)}>
      <p>${t("login.explain")}</p>
      <label class="field">
        <span>${t("login.code")}</span>
        <input
          name="code"
          class="digits"
          required
          maxlength="64"
          autocomplete="one-time-code"
          spellcheck="false"
        />
      </label>
      <p class="form-error" role="alert">${this.error}</p>
      <button class="button button--main" ?disabled=${this.isBusy}>${t("login.submit")}</button>
    </form>`;
  }
}

customElements.define("login-form", LoginForm);
