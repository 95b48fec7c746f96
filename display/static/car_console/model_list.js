// The models that lie on the car, which of them is loaded, and loading another.

import { html, nothing } from "lit";
import { ApiError, read, upload } from "/static/api.js";
import { fileSize } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { notify, perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const LOOK_MS = 5000;
const MODEL = /\.(onnx|tar\.gz|pb)$/;
const METADATA = "model_metadata.json";

/** Where a paper goes on the car: beside its model under a name of its own, not all models'. */
const paperPath = (kind, model) =>
  `/models/${encodeURIComponent(`${model.split(".", 1)[0]}.${kind}.json`)}`;

/** Sends a model after its papers, so that none is tried without them. */
async function sendAll(model, papers) {
  const had = { card: false, metadata: false };
  for (const paper of papers) {
    const kind = paper.name === METADATA ? "metadata" : "card";
    had[kind] = true;
    await upload(paperPath(kind, model.name), paper);
  }
  const query = `has_card=${had.card}&has_metadata=${had.metadata}`;
  await upload(`/models/${encodeURIComponent(model.name)}?${query}`, model);
}

/** A file that race control sent is called by its hash; its beginning tells it apart. */
const shortName = ({ name, origin }) => (origin === "sent" ? name.slice(0, 12) : name);

const when = (us) =>
  new Date(us / 1000).toLocaleString(language(), { dateStyle: "short", timeStyle: "short" });

class ModelList extends PageElement {
  /** `word` is the agent's, null without one. */
  static properties = { isOff: { type: Boolean }, word: {}, models: { state: true }, isBusy: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.models = null;
    this.isBusy = false;
    this.#follow();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async #look() {
    try {
      this.models = (await read("/models")).models;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the page tells that the car is lost
    }
  }

  /** Brings a model and, chosen with it, its papers. */
  async #bring(event) {
    const files = Array.from(event.target.files);
    event.target.value = "";
    const models = files.filter(({ name }) => MODEL.test(name));
    const papers = files.filter(({ name }) => name.endsWith(".json"));
    if (models.length !== 1 || models.length + papers.length !== files.length) {
      notify(this, t("console.bring_one"), true);
      return;
    }
    const [model] = models;
    this.isBusy = true;
    await perform(this, () => sendAll(model, papers), t("console.brought", { file: model.name }));
    this.isBusy = false;
    await this.#look();
  }

  async #remove({ name }) {
    await submit(this, `/models/${encodeURIComponent(name)}`, {}, t("model.deleted"), "DELETE");
    await this.#look();
  }

  async #follow() {
    if (!document.hidden) await this.#look();
    if (this.isConnected) this.timer = setTimeout(() => this.#follow(), LOOK_MS);
  }

  #row(model) {
    const { word } = this;
    const isLoaded = word?.model_key === model.key;
    // A file that was replaced under its name is loaded anew.
    const verb = isLoaded ? t("console.model_reload") : t("console.model_load");
    const about = [
      tCode("model_origin", model.origin),
      fileSize(model.size_bytes, language()),
      when(model.changed_us),
    ];
    return html`<li class="row">
      <span class="row__main">
        <strong><bdi>${shortName(model)}</bdi></strong>
        ${isLoaded ? html`<span class="chip">${t("console.model_loaded")}</span>` : nothing}
        <span class="muted">${about.join(" · ")}</span>
      </span>
      ${
        model.origin !== "folder" || isLoaded
          ? nothing
          : html`<button
              class="button button--small"
              aria-label=${`${t("model.delete")}: ${shortName(model)}`}
              @click=${() => this.#remove(model)}
            >
              ${t("model.delete")}
            </button>`
      }
      <button
        class="button button--small"
        aria-label=${`${verb}: ${shortName(model)}`}
        ?disabled=${this.isOff || word?.is_alone || word?.loading !== ""}
        @click=${() => submit(this, "/model", { key: model.key }, t("console.model_asked"))}
      >
        ${verb}
      </button>
    </li>`;
  }

  #bringer() {
    return html`<label class="field">
      <span>${this.isBusy ? t("console.bringing") : t("console.bring")}</span>
      <input
        type="file"
        multiple
        accept=".onnx,.gz,.pb,.json"
        ?disabled=${this.isBusy}
        @change=${(event) => this.#bring(event)}
      />
    </label>`;
  }

  render() {
    if (this.models === null) return nothing;
    if (this.models.length === 0)
      return html`<p class="muted">${t("console.models_none")}</p>
        ${this.#bringer()}`;
    const { loading = "", load_trouble: trouble = "" } = this.word ?? {};
    return html`<p class="muted">${t("console.models_standing")}</p>
      ${loading === "" ? nothing : html`<p role="status">${t("console.model_loading", { file: loading })}</p>`}
      ${
        trouble === ""
          ? nothing
          : html`<p class="console__note" role="status">
              ${t("console.model_trouble", { reason: trouble })}
            </p>`
      }
      <ul class="rows">
        ${this.models.map((each) => this.#row(each))}
      </ul>
      ${this.#bringer()}`;
  }
}

customElements.define("model-list", ModelList);
