// Another venue's event: its bundle is chosen here, checked whole by the server, and read in.

import { html, nothing } from "lit";
import { ApiError, newKey, read, upload } from "/static/api.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { perform } from "/static/parts/act.js";

class ImportCard extends PageElement {
  static properties = {
    onImported: { attribute: false },
    isBusy: { state: true },
    outcome: { state: true },
  };

  constructor() {
    super();
    this.isBusy = false;
    this.outcome = null;
  }

  async #import(event) {
    event.preventDefault();
    const form = event.target;
    const [file] = form.elements.bundle.files;
    const key = form.elements.venue_key.value.trim();
    const query = key === "" ? "" : `?venue_key=${encodeURIComponent(key)}`;
    const retryKey = newKey();
    this.isBusy = true;
    this.outcome = null;
    const made = await perform(this, () => this.#send(`/events/import${query}`, file, retryKey));
    this.isBusy = false;
    if (made === null) return;
    this.outcome = { isError: false, ...(await this.#told(made)) };
    form.reset();
    this.onImported(made.event_id);
  }

  /** A refusal stays on the card too: it names what is wrong with the file. */
  async #send(path, file, key) {
    try {
      return await upload(path, file, { method: "POST", key });
    } catch (error) {
      if (error instanceof ApiError && !error.needsLogin) {
        this.outcome = { isError: true, text: error.message };
      }
      throw error;
    }
  }

  async #told(made) {
    const told = await perform(this, () => read(`/events/${made.event_id}/results`));
    if (told === null) return { text: "" };
    const isNew = made.facts.length > 0;
    const text = isNew
      ? t("results.import_done", { name: told.name, key: told.venue_key })
      : t("results.import_known", { name: told.name });
    return { text, eventId: made.event_id };
  }

  #outcome() {
    const { outcome } = this;
    if (outcome === null) return nothing;
    return html`<p
        class=${outcome.isError ? "form-error" : ""}
        role=${outcome.isError ? "alert" : "status"}
        data-testid="import-outcome"
      >
        <bdi>${outcome.text}</bdi>
      </p>
      ${
        outcome.eventId
          ? html`<a class="button" href=${`/results?event=${encodeURIComponent(outcome.eventId)}`}
              >${t("results.open_page")}</a
            >`
          : nothing
      }`;
  }

  render() {
    return html`<section class="card">
      <h2 class="card__title">${t("results.import_title")}</h2>
      <p class="muted">${t("results.import_how")}</p>
      <form class="form" @submit=${(event) => this.#import(event)}>
        <label class="field"
          ><span>${t("results.import_file")}</span>
          <input name="bundle" type="file" accept=".zip,application/zip" required />
        </label>
        <label class="field"
          ><span>${t("results.import_key")}</span>
          <input name="venue_key" maxlength="64" autocomplete="off" spellcheck="false" />
        </label>
        <button class="button" ?disabled=${this.isBusy}>
          ${this.isBusy ? t("results.import_busy") : t("results.import_do")}
        </button>
      </form>
      ${this.#outcome()}
    </section>`;
  }
}

customElements.define("import-card", ImportCard);
