// A model in words, and the form by which one is brought: for its driver, and for the organiser.

import { html, nothing } from "lit";
import { uploadForm } from "/static/api.js";
import { fileSize } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { BringingElement } from "/static/parts/forms/bringing.js";

const LAYERS = /^(?:\d+ convolutions \((.*)\)|no convolution), (?:\d+ dense layers \((.*)\)|no dense layer)$/;

/** The layers of a network that has no name, in the reader's language; a name as it is. */
export function networkWords(network) {
  const found = LAYERS.exec(network ?? "");
  if (found === null) return network ?? "";
  const [, convolutions, dense] = found;
  return [
    convolutions ? t("model.convolutions", { shapes: convolutions }) : t("model.no_convolution"),
    dense ? t("model.dense", { widths: dense }) : t("model.no_dense"),
  ].join("; ");
}

/** '160×120 grey · one of 10 actions · DeepRacer, shallow · 12 MB'. */
export function modelNote({ about, size_bytes: bytes }) {
  const sees = t("model.sees", {
    width: about.width_px,
    height: about.height_px,
    colour: t(`model.colour.${about.channels}`),
  });
  const answers =
    about.actions_n === null
      ? t(`model.answer.${about.answers}`)
      : t("model.actions", { count: about.actions_n });
  return [sees, answers, networkWords(about.network), fileSize(bytes, language())].filter(Boolean).join(" · ");
}

export const modelLabel = (model) => `${model.name} (${model.sha256.slice(0, 8)})`;

const fileField = (label, name, accept, isRequired) =>
  html`<label class="field"
    ><span>${label}</span>
    <input type="file" name=${name} accept=${accept} ?required=${isRequired} />
  </label>`;

/** `path` takes the form; `done` hears of the model that was kept. What came of it stays written. */
class ModelForm extends BringingElement {
  static properties = { path: { attribute: false }, done: { attribute: false } };

  async #bring(event) {
    event.preventDefault();
    if (this.isBusy) return;
    const files = new FormData(event.target);
    if (files.get("papers")?.size === 0) files.delete("papers");
    const words = (model) => t("model.brought", { name: model.name });
    const kept = await this.bring(event.target, () => uploadForm(this.path, files), words);
    if (kept !== null) await this.done(kept);
  }

  render() {
    const { isBusy, refusal } = this;
    return html`<form class="form" @submit=${(event) => this.#bring(event)}>
      ${fileField(t("model.choose"), "model", ".onnx,.gz,.tgz,.tar,.pb", true)}
      ${fileField(t("model.card_optional"), "papers", ".json", false)}
      ${refusal === "" ? nothing : html`<p class="is-wrong" role="alert">${refusal}</p>`}
      ${isBusy ? html`<p class="muted" role="status">${t("model.checking")}</p>` : nothing}
      <button class="button button--main" ?disabled=${isBusy}>${t("model.bring")}</button>
    </form>`;
  }
}

customElements.define("model-form", ModelForm);

export const modelForm = (path, done) =>
  html`<model-form .path=${path} .done=${done}></model-form>`;

/** What a server says that can't try models; nothing where it can. */
export const deskNotice = (desk) =>
  desk === null || desk.is_open
    ? nothing
    : html`<p class="muted">${tCode("problem", "models_unchecked", {}, desk.reason ?? "")}</p>`;
