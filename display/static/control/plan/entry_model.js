// Which model an entry drives with: chosen by the organiser, or brought here for its driver.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { modelForm, modelLabel, modelNote } from "/static/parts/cars/models.js";

/** The models of the entry's drivers first, then the venue's and everybody else's. */
function offered(models, entry) {
  const isOwn = (model) => entry.driver_ids.includes(model.driver_id);
  const others = models.filter((model) => !isOwn(model));
  return [...models.filter(isOwn), ...others].filter(
    (model, at, all) => all.findIndex((each) => each.sha256 === model.sha256) === at,
  );
}

function option(model, entry) {
  const isOwn = entry.driver_ids.includes(model.driver_id);
  const whose = isOwn ? "" : ` · ${model.driver_name ?? t("model.venue")}`;
  return html`<option
    value=${model.sha256}
    title=${modelNote(model)}
    ?selected=${model.sha256 === entry.model_sha256}
  >
    ${modelLabel(model)}${whose}
  </option>`;
}

/** `path` is the entry's; `act` sends and reads all anew, `reload` reads alone. */
export function entryModel(entry, models, path, { act, reload }) {
  const bind = (sha256) => {
    const chosen = models.find((model) => model.sha256 === sha256);
    const done = chosen ? t("model.bound", { name: chosen.name }) : t("model.freed");
    return act(`${path}/model`, { model_sha256: sha256 || null }, done, "PUT");
  };
  const [driverId] = entry.driver_ids;
  return html`<label class="field">
      <span>${t("model.of")}</span>
      <select data-testid="entry-model" @change=${(event) => bind(event.target.value)}>
        <option value="" ?selected=${entry.model_sha256 === null}>${t("model.free")}</option>
        ${offered(models, entry).map((model) => option(model, entry))}
      </select>
    </label>
    <details class="details">
      <summary>${t("model.bring_for")}</summary>
      ${modelForm(`/models?driver_id=${encodeURIComponent(driverId)}`, reload)}
    </details>`;
}
