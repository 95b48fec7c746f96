// Backups of the server's data: those after each heat, one by hand, and to carry one away.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { dateAndTime, fileSize } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

/** How many are listed; the rest are in the server's folder all the same. */
const SHOWN = 6;

class BackupsCard extends PageElement {
  static properties = { files: { state: true }, failure: { state: true }, isBusy: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.files = [];
    this.failure = null;
    this.#load();
  }

  async #load() {
    const found = await perform(this, () => read("/backups"));
    if (found === null) return;
    this.files = found.backups;
    this.failure = found.failure;
  }

  async #take() {
    this.isBusy = true;
    await submit(this, "/backups", {}, t("backups.taken"));
    this.isBusy = false;
    await this.#load();
  }

  #row(file) {
    return html`<li class="row">
      <span class="row__main"
        >${dateAndTime(file.made_utc, language())}
        <span class="muted">${fileSize(file.bytes_n, language())}</span></span
      >
      <a class="button" href="/api/v1/backups/${encodeURIComponent(file.name)}" download
        >${t("backups.fetch")}</a
      >
    </li>`;
  }

  render() {
    const { files, failure } = this;
    return html`<section class="card">
      <h2 class="card__title">${t("backups.title")}</h2>
      <p class="muted">${t("backups.explain")}</p>
      ${failure === null ? nothing : html`<p class="form-error" role="alert">${t("backups.failed", { reason: failure })}</p>`}
      <button class="button button--main" ?disabled=${this.isBusy} @click=${() => this.#take()}>
        ${t("backups.take")}
      </button>
      ${files.length === 0 ? html`<p class="muted">${t("backups.none")}</p>` : nothing}
      <ul class="rows">
        ${files.slice(0, SHOWN).map((file) => this.#row(file))}
      </ul>
    </section>`;
  }
}

customElements.define("backups-card", BackupsCard);
