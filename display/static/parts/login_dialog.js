// Asks for the code that the terminal shows, and logs this browser in with it.

import { html } from "lit";
import { login } from "/static/api.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";

class LoginDialog extends PageElement {
  static properties = { error: { state: true }, isBusy: { state: true } };

  #resolve = null;

  /** Shows the dialog; resolves to true once logged in, false where the person gave up. */
  ask() {
    this.error = "";
    this.isBusy = false;
    const dialog = this.querySelector("dialog");
    dialog.querySelector("input").value = "";
    dialog.showModal();
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  async #submit(event) {
    event.preventDefault();
    this.isBusy = true;
    try {
      await login(new FormData(event.target).get("code"));
      this.#resolve?.(true);
      this.#resolve = null;
      this.querySelector("dialog").close();
    } catch (error) {
      this.error = error.message;
    }
    this.isBusy = false;
  }

  #closed() {
    this.#resolve?.(false);
    this.#resolve = null;
  }

  render() {
    return html`<dialog class="dialog" aria-labelledby="login-title" @close=${() => this.#closed()}>
      <form @submit=${(event) => this.#submit(event)}>
        <h2 id="login-title">${t("login.title")}</h2>
        <p>${t("login.explain")}</p>
        <label class="field">
          <span>${t("login.code")}</span>
          <input name="code" required autocomplete="one-time-code" autocapitalize="characters"
            spellcheck="false" maxlength="64" class="digits" />
        </label>
        <p class="form-error" role="alert">${this.error}</p>
        <div class="dialog__buttons">
          <button type="button" class="button" @click=${() => this.querySelector("dialog").close()}>
            ${t("action.cancel")}
          </button>
          <button class="button button--main" ?disabled=${this.isBusy}>${t("login.submit")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("login-dialog", LoginDialog);
