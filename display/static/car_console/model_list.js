// The models that lie on the car, which of them is loaded, and loading another.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { megabytes } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const LOOK_MS = 5000;

/** A file that race control sent is called by its hash; its beginning tells it apart. */
const shortName = ({ name, origin }) => (origin === "sent" ? name.slice(0, 12) : name);

const when = (us) =>
  new Date(us / 1000).toLocaleString(language(), { dateStyle: "short", timeStyle: "short" });

class ModelList extends PageElement {
  /** `word` is the agent's, null without one. */
  static properties = { isOff: { type: Boolean }, word: {}, models: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.models = null;
    this.#follow();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async #follow() {
    try {
      if (!document.hidden) this.models = (await read("/models")).models;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the page tells that the car is lost
    }
    if (this.isConnected) this.timer = setTimeout(() => this.#follow(), LOOK_MS);
  }

  #row(model) {
    const { word } = this;
    const isLoaded = word?.model_key === model.key;
    // A file that was replaced under its name is loaded anew.
    const verb = isLoaded ? t("console.model_reload") : t("console.model_load");
    const about = [
      tCode("model_origin", model.origin),
      megabytes(model.size_bytes, language()),
      when(model.changed_us),
    ];
    return html`<li class="row">
      <span class="row__main">
        <strong><bdi>${shortName(model)}</bdi></strong>
        ${isLoaded ? html`<span class="chip">${t("console.model_loaded")}</span>` : nothing}
        <span class="muted">${about.join(" · ")}</span>
      </span>
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

  render() {
    if (this.models === null) return nothing;
    if (this.models.length === 0) return html`<p class="muted">${t("console.models_none")}</p>`;
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
      </ul>`;
  }
}

customElements.define("model-list", ModelList);
