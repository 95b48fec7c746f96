// The models that I brought, and which of them drives for me.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { deskNotice, modelForm, modelNote } from "/static/parts/cars/models.js";
import { modelAddress } from "/static/models/address.js";
import { makingLinks } from "/static/parts/making_links.js";
import "/static/parts/cars/stress_check.js";

/** What isn't ready for a car goes there on the organiser's word alone. */
const isBarredBy = (verdict) => verdict?.verdict === "not_ready";

function row(model, { entry, eventId, act, reload }) {
  const isBarred = isBarredBy(model.verdict);
  const isDriving = entry?.model_sha256 === model.sha256;
  const path = `/events/${eventId}/entries/${entry?.entry_id}/model`;
  const body = { model_sha256: model.sha256 };
  const drive = () => act(path, body, t("model.bound", { name: model.name }), "PUT");
  return html`<li class="row row--model" data-model=${model.sha256}>
    <span class="row__main"
      ><a class="row__model" href=${`/models${modelAddress(model)}`}><bdi>${model.name}</bdi></a> ${isDriving ? html`<span class="chip chip--running">${t("model.drives")}</span>` : nothing}
      <span class="muted">${modelNote(model)}</span>
      ${model.about.notes.map((note) => html`<span class="muted">${note}</span>`)}
      ${model.is_here ? nothing : html`<span class="is-wrong">${t("model.elsewhere")}</span>`}
      <stress-check .model=${model} .done=${reload}></stress-check>
      ${isBarred && !isDriving ? html`<span class="muted">${t("readiness.way_out")}</span>` : nothing}
    </span>
    <span class="row__actions">
      ${
        entry === null || isDriving || isBarred
          ? nothing
          : html`<button class="button button--main" @click=${drive}>${t("model.drive")}</button>`
      }
    </span>
  </li>`;
}

/** The first model that a driver brings drives; of several, the driver chooses. */
async function brought(model, { models, entry, eventId, act, reload }) {
  const isFirst = models.length === 0 && entry !== null && entry.model_sha256 === null;
  if (!isFirst) return reload();
  const path = `/events/${eventId}/entries/${entry.entry_id}/model`;
  return act(path, { model_sha256: model.sha256 }, t("model.bound", { name: model.name }), "PUT");
}

/** `entry` is mine as the plan has it, null without one; `act` sends and reads all anew. */
export function modelsCard(all) {
  const { models, desk, entry } = all;
  if (desk === null) return nothing;
  return html`<section class="card" data-testid="my-models">
    <h2 class="card__title">${t("model.mine")}</h2>
    ${models.length === 0 ? html`<p class="muted">${t("model.none")}</p>` : nothing}
    ${models.length > 0 && entry === null ? html`<p class="muted">${t("model.no_entry")}</p>` : nothing}
    <ul class="rows">
      ${models.map((model) => row(model, all))}
    </ul>
    ${makingLinks()}
    ${deskNotice(desk)} ${desk.is_open ? modelForm("/models", (model) => brought(model, all)) : nothing}
  </section>`;
}
