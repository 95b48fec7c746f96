// Which model an entry drives with: chosen by the organiser, or brought here for its driver.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { modelForm, modelLabel, modelNote } from "/static/parts/cars/models.js";
import { verdictNote } from "/static/parts/cars/verdict.js";
import { PageElement } from "/static/parts/element.js";
import "/static/parts/cars/stress_check.js";

/** The models of the entry's drivers first, then the venue's and everybody else's. */
function offered(models, entry) {
  const isOwn = (model) => entry.driver_ids.includes(model.driver_id);
  const others = models.filter((model) => !isOwn(model));
  return [...models.filter(isOwn), ...others].filter(
    (model, at, all) => all.findIndex((each) => each.sha256 === model.sha256) === at,
  );
}

function option(model, entry, chosen) {
  const isOwn = entry.driver_ids.includes(model.driver_id);
  const whose = isOwn ? "" : ` · ${model.driver_name ?? t("model.venue")}`;
  const isNotReady = model.verdict?.verdict === "not_ready";
  return html`<option value=${model.sha256} title=${modelNote(model)} ?selected=${model.sha256 === chosen}>
    ${isNotReady ? "✗ " : ""}${modelLabel(model)}${whose}
  </option>`;
}

/** `path` is the entry's; `does`: `act` sends and reads all anew, `reload` reads alone. */
class EntryModel extends PageElement {
  static properties = {
    entry: { attribute: false },
    models: { attribute: false },
    path: { attribute: false },
    does: { attribute: false },
    asked: { state: true },
  };

  constructor() {
    super();
    this.asked = null; // a model that isn't ready, until the organiser has said the word
  }

  #choose(sha256) {
    const chosen = this.models.find((model) => model.sha256 === sha256) ?? null;
    this.asked = chosen?.verdict?.verdict === "not_ready" ? chosen : null;
    if (this.asked === null) this.#bind(chosen, false);
  }

  async #bind(model, isAnyway) {
    const body = { model_sha256: model?.sha256 ?? null, send_anyway: isAnyway };
    const done = model ? t("model.bound", { name: model.name }) : t("model.freed");
    await this.does.act(`${this.path}/model`, body, done, "PUT");
    this.asked = null;
  }

  #question() {
    const model = this.asked;
    return html`<div class="entry-model__question" role="alert" data-testid="send-anyway">
      <p>${verdictNote(model.verdict)}</p>
      <div class="form__buttons">
        <button class="button" @click=${() => (this.asked = null)}>${t("action.cancel")}</button>
        <button class="button button--main" @click=${() => this.#bind(model, true)}>${t("model.send_anyway")}</button>
      </div>
      <p class="muted">${t("model.send_anyway_note")}</p>
    </div>`;
  }

  render() {
    const { entry, models, does, asked } = this;
    const [driverId] = entry.driver_ids;
    const chosen = asked?.sha256 ?? entry.model_sha256;
    const bound = models.find((model) => model.sha256 === chosen) ?? null;
    return html`<label class="field">
        <span>${t("model.of")}</span>
        <select data-testid="entry-model" @change=${(event) => this.#choose(event.target.value)}>
          <option value="" ?selected=${chosen === null}>${t("model.free")}</option>
          ${offered(models, entry).map((model) => option(model, entry, chosen))}
        </select>
      </label>
      ${asked === null ? nothing : this.#question()}
      ${bound === null || asked !== null ? nothing : html`<stress-check .model=${bound} .done=${does.reload}></stress-check>`}
      <details class="details">
        <summary>${t("model.bring_for")}</summary>
        ${modelForm(`/models?driver_id=${encodeURIComponent(driverId)}`, does.reload)}
      </details>`;
  }
}

customElements.define("entry-model", EntryModel);

export const entryModel = (entry, models, path, does) =>
  html`<entry-model .entry=${entry} .models=${models} .path=${path} .does=${does}></entry-model>`;
