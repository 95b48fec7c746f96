// The tracks there are: each with its plan, and what may be done with it.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import "/static/parts/track_plan.js";
import "/static/tracks/print_form.js";
import { sizeNote } from "/static/tracks/editor/measures.js";

/** Organisers and marshals change any of the venue's tracks, drivers their own. */
export const mayChange = (row, who) =>
  row.is_own && who !== null && (who.role !== "driver" || who.principal === row.driver_id);

const title = (row) => (row.is_own ? row.name : row.name.replace(/^./, (first) => first.toUpperCase()));

function origin(row) {
  if (!row.is_own) return t("tracks.design");
  return row.driver_name === null ? t("tracks.of_venue") : t("tracks.of_driver", { name: row.driver_name });
}

function actions(row, who, { edit, copy, remove }) {
  const { track_id: id } = row;
  return html`<div class="form__buttons">
    ${who === null ? nothing : html`<a class="button" href=${`/train?track=${id}`}>${t("tracks.train")}</a>`}
    ${mayChange(row, who) ? html`<button class="button" @click=${() => edit(id)}>${t("tracks.edit")}</button>` : nothing}
    ${who === null ? nothing : html`<button class="button" @click=${() => copy(id)}>${t("tracks.copy")}</button>`}
    <a class="button" href=${`/api/v1/tracks/${id}/file.npy`} download>.npy</a>
    ${mayChange(row, who) ? html`<button class="button" @click=${() => remove(row)}>${t("tracks.delete")}</button>` : nothing}
  </div>`;
}

/** `plans` are what has come of them so far, by id. */
export const trackCard = (row, plan, who, acts) =>
  html`<li class="card track" data-track=${row.track_id}>
    <div class="track__plan">
      ${plan ? html`<track-plan .shape=${plan.shape} label=${t("tracks.plan_of", { name: title(row) })}></track-plan>` : nothing}
    </div>
    <h2 class="card__title"><bdi>${title(row)}</bdi></h2>
    <p>${sizeNote(row)}</p>
    <p class="muted">${origin(row)}</p>
    ${actions(row, who, acts)}
    ${who === null ? nothing : html`<track-print .trackId=${row.track_id}></track-print>`}
  </li>`;
