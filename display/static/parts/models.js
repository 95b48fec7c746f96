// A model in words, and the form by which one is brought: for its driver, and for the organiser.

import { html, nothing } from "lit";
import { uploadForm } from "/static/api.js";
import { megabytes } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { notify, perform } from "/static/parts/act.js";

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
  return [sees, answers, about.network, megabytes(bytes, language())].filter(Boolean).join(" · ");
}

export const modelLabel = (model) => `${model.name} (${model.sha256.slice(0, 8)})`;

const fileField = (label, name, accept, isRequired) =>
  html`<label class="field"
    ><span>${label}</span>
    <input type="file" name=${name} accept=${accept} ?required=${isRequired} />
  </label>`;

/** `path` takes the form; `done` hears of the model that was kept. */
export function modelForm(path, done) {
  const bring = async (event) => {
    event.preventDefault();
    const form = event.target;
    if (form.dataset.busy) return;
    const files = new FormData(form);
    if (files.get("papers")?.size === 0) files.delete("papers");
    form.dataset.busy = "yes";
    notify(form, t("model.checking"));
    const kept = await perform(
      form,
      () => uploadForm(path, files),
      (model) => t("model.brought", { name: model.name }),
    );
    delete form.dataset.busy;
    if (kept === null) return;
    form.reset();
    await done(kept);
  };
  return html`<form class="form" data-testid="bring-model" @submit=${bring}>
    ${fileField(t("model.choose"), "model", ".onnx,.gz,.tgz,.tar,.pb", true)}
    ${fileField(t("model.card_optional"), "papers", ".json", false)}
    <button class="button button--main">${t("model.bring")}</button>
  </form>`;
}

/** What a server says that can't try models; nothing where it can. */
export const deskNotice = (desk) =>
  desk === null || desk.is_open
    ? nothing
    : html`<p class="muted">${tCode("problem", "models_unchecked", {}, desk.reason ?? "")}</p>`;
