// The model library: a driver's own models, everybody's for organisers; one of them, or two compared.

import { html, nothing } from "lit";
import { ApiError, command, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { loginFromAddress, perform } from "/static/parts/act.js";
import { opened, signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { deskNotice, modelForm } from "/static/parts/cars/models.js";
import { workshopHead } from "/static/parts/workshop_head.js";
import { compareQuery, openedBy, ownerQuery } from "/static/models/address.js";
import { comparison } from "/static/models/comparison.js";
import { readMeasured } from "/static/models/measured/cars.js";
import { modelSheet } from "/static/models/sheet.js";
import { shelfCard } from "/static/models/shelf.js";
import "/static/parts/banners/page_notice.js";
import "/static/parts/forms/login_dialog.js";
import "/static/parts/forms/login_form.js";

class PaddockModels extends PageElement {
  static properties = {
    who: { state: true },
    rows: { state: true },
    shown: { state: true },
    chosen: { state: true },
    deleted: { state: true },
    around: { state: true },
  };

  constructor() {
    super();
    this.who = undefined;
    this.rows = null;
    this.shown = null;
    this.chosen = [];
    this.deleted = null;
    this.around = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("notice", (event) => this.querySelector("page-notice").show(event.detail));
    this.addEventListener("logged-in", () => this.#enter());
    window.addEventListener("hashchange", () => this.#open());
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    await this.#enter();
  }

  async #enter() {
    this.who = await signedIn();
    if (this.who === null) return;
    await opened(this, async () => {
      const asked = [read("/models/desk"), read("/workshop/tests/desk"), readMeasured()];
      const [upload, desk, measured] = await Promise.all(asked);
      this.around = { upload, desk, measured, tracks: await this.#tracks() };
    });
    await this.#open();
  }

  /** A server that has no tracks has no tests either, and says so there. */
  async #tracks() {
    try {
      return await read("/tracks");
    } catch (error) {
      if (!(error instanceof ApiError) || error.mayPass) throw error;
      return [];
    }
  }

  /** Shows what the address names. */
  async #open() {
    const asked = openedBy(location.hash);
    const { hash } = location;
    const found = await opened(this, () => this.#read(asked));
    if (location.hash !== hash) return; // another one was opened meanwhile
    if (found === null && asked.model) location.hash = "";
    else this.shown = found;
    if (found !== null && !found.rows) window.scrollTo(0, 0);
  }

  async #read({ model, first, second }) {
    if (model) return { history: await read(`/models/${model.sha256}/history${ownerQuery(model)}`) };
    if (first) return { compared: await read(`/models/compare${compareQuery(first, second)}`) };
    this.rows = await read("/models/library");
    return { rows: this.rows };
  }

  /** What was opened is read anew without leaving its place on the page. */
  #reload = async () => {
    const found = await perform(this, () => this.#read(openedBy(location.hash)));
    if (found !== null) this.shown = found;
  };

  /** After a car was measured, or forgotten. */
  #measured = async () => {
    const measured = await perform(this, readMeasured);
    if (measured !== null) this.around = { ...this.around, measured };
  };

  #choose(key) {
    const others = this.chosen.filter((each) => each !== key);
    this.chosen = others.length < this.chosen.length ? others : [...others, key].slice(-2);
  }

  async #change(values) {
    const { model } = this.shown.history;
    const path = `/models/${model.sha256}${ownerQuery(model)}`;
    await perform(this, () => command(path, values, { method: "PATCH" }), t("plan.saved"));
    await this.#reload();
  }

  async #delete() {
    const { model } = this.shown.history;
    const path = `/models/${model.sha256}${ownerQuery(model)}`;
    const gone = await perform(this, () => command(path, {}, { method: "DELETE" }));
    if (gone === null) return;
    this.deleted = model;
    this.chosen = [];
    location.hash = "";
  }

  async #restore() {
    const { sha256, driver_id: driverId, name } = this.deleted;
    const path = `/models/${sha256}/restore${ownerQuery({ driver_id: driverId })}`;
    this.deleted = null;
    await perform(this, () => command(path), t("library.restored", { name }));
    await this.#reload();
  }

  #list() {
    const { rows, chosen, deleted, around, who } = this;
    const undo = html`<p class="card library__undo" role="status">
      <span>${t("library.deleted", { name: deleted?.name })}</span>
      <button class="button button--main" @click=${() => this.#restore()}>${t("action.undo")}</button>
    </p>`;
    return html`<h1 class="headline">${t("library.title")}</h1>
      ${deleted === null ? nothing : undo}
      ${shelfCard({ rows, chosen, showsOwners: who.role !== "driver", onChoose: (key) => this.#choose(key) })}
      <section class="card" data-testid="bring">
        <h2 class="card__title">${t("library.bring")}</h2>
        ${deskNotice(around.upload)}
        ${around.upload.is_open ? modelForm("/models", this.#reload) : nothing}
      </section>
      <measured-cars
        .desk=${around.measured}
        .tracks=${around.tracks}
        .mayMatch=${who.role !== "driver"}
        .changed=${this.#measured}
      ></measured-cars>`;
  }

  #body() {
    const { who, shown, around } = this;
    if (who === undefined) return nothing;
    if (who === null)
      return html`<h1 class="headline">${t("library.title")}</h1>
        <section class="card"><p>${t("library.stranger")}</p>
          <login-form></login-form></section>`;
    if (shown === null || around === null) return nothing;
    if (shown.compared) return comparison(shown.compared, around.tracks);
    if (!shown.history) return this.#list();
    const does = {
      onChange: (values) => this.#change(values),
      onDelete: () => this.#delete(),
      reload: this.#reload,
    };
    const isMine = who.role === "driver";
    return modelSheet(shown.history, { ...around, isMine }, does);
  }

  /** From a model, or from two, back to all. */
  get #back() {
    if (!this.shown || this.shown.rows) return nothing;
    return html`<a class="button button--small" href="#">${t("library.back")}</a>`;
  }

  render() {
    const isWide = Boolean(this.shown?.compared);
    return html`${workshopHead("/models", this.who)}
      <main class="control__main ${isWide ? "library--wide" : ""}">${this.#back} ${this.#body()}</main>
      <page-notice></page-notice>
      <login-dialog></login-dialog>`;
  }
}

await loadLanguage();
customElements.define("paddock-models", PaddockModels);
