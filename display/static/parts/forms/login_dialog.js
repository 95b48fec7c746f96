// Asks for a login in the middle of something, so that it can go on afterwards.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import "/static/parts/forms/login_form.js";

class LoginDialog extends PageElement {
  #resolve = null;

  /** Shows the dialog; resolves to true once logged in, false where the person gave up. */
  ask() {
    this.querySelector("dialog").showModal();
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Takes the question back. */
  giveUp() {
    const dialog = this.querySelector("dialog");
    if (dialog.open) dialog.close();
  }

  #settle(isLoggedIn) {
    this.#resolve?.(isLoggedIn);
    this.#resolve = null;
  }

  #loggedIn() {
    this.#settle(true);
    this.querySelector("dialog").close();
  }

  render() {
    return html`<dialog
      class="dialog"
      aria-labelledby="login-title"
      @close=${() => this.#settle(false)}
    >
      <h2 id="login-title">${t("login.title")}</h2>
      <login-form @logged-in=${() => this.#loggedIn()}></login-form>
      <button class="button" @click=${() => this.querySelector("dialog").close()}>
        ${t("action.cancel")}
      </button>
    </dialog>`;
  }
}

customElements.define("login-dialog", LoginDialog);
