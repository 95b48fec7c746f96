// One model: where it comes from, what it is, what it drove, what its owner noted.

import { html, nothing } from "lit";
import { dateOnly, fileSize, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { modelNote } from "/static/parts/cars/models.js";
import { formValues, textField } from "/static/parts/forms/form.js";
import { actionSpace } from "/static/models/action_space.js";
import { keyOf, modelAddress } from "/static/models/address.js";
import { originFacts, realLine } from "/static/models/words.js";
import "/static/models/evaluating.js";
import "/static/models/submitting.js";

export const facts = (pairs) =>
  html`<dl class="library__facts">
    ${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}
  </dl>`;

const relative = (each) =>
  each.name === null
    ? html`<span class="muted">${t("library.parent_gone")} (${each.sha256.slice(0, 8)})</span>`
    : html`<a class="library__relative" href=${modelAddress(each)}><bdi>${each.name}</bdi></a>`;

function family({ parent, children }) {
  if (parent === null && children.length === 0) return nothing;
  return html`<div class="library__relatives">
    ${parent === null ? nothing : html`<p><span class="muted">${t("library.parent")}</span> ${relative(parent)}</p>`}
    ${
      children.length === 0
        ? nothing
        : html`<p><span class="muted">${t("library.children")}</span> ${children.map((each) => html`${relative(each)} `)}</p>`
    }
  </div>`;
}

function originCard(history, tracks) {
  const { model } = history;
  const pairs = originFacts(history, tracks).filter(([name]) => name !== t("library.parent"));
  return html`<section class="card" data-testid="origin">
    <h2 class="card__title">${t(`library.source.${model.source}`)}</h2>
    ${facts(pairs)} ${family(history)}
    <p class="muted">${modelNote(model)}</p>
    ${model.about.notes.map((note) => html`<p class="muted">${note}</p>`)}
    ${actionSpace(model.about)}
    ${
      history.reward === null
        ? nothing
        : html`<details class="details">
            <summary>${t("library.reward_source")}</summary>
            <pre class="library__source" tabindex="0">${history.reward}</pre>
          </details>
          <a class="button" href=${`/train?model=${keyOf(model)}`}>${t("library.train_on")}</a>`
    }
  </section>`;
}

function notesCard({ model }, { onChange }) {
  const save = (event) => onChange(formValues(event));
  return html`<section class="card" data-testid="notes">
    <h2 class="card__title">${t("library.notes")}</h2>
    <form class="form" @submit=${save}>
      ${textField(t("library.name"), "name", { value: model.name })}
      <label class="field">
        <span>${t("library.notes_label")}</span>
        <textarea name="notes" rows="4" maxlength="2000" .value=${model.notes}></textarea>
      </label>
      <button class="button button--main">${t("plan.save")}</button>
    </form>
  </section>`;
}

export const eventLine = (each) =>
  html`<li class="row">
    <span class="row__main"><bdi>${each.name}</bdi> <span class="muted"><bdi>${each.track ?? t("track.not_told")}</bdi> · ${dateOnly(each.made_utc, language())}</span></span>
    <span class="digits">${t("library.event_laps", { laps: each.laps, best: lapTime(each.best_us), mean: lapTime(each.mean_us) })}</span>
  </li>`;

const realCard = ({ real }) =>
  html`<section class="card" data-testid="real">
    <h2 class="card__title">${t("library.real")}</h2>
    <p class=${real.laps === 0 ? "muted" : ""}>${realLine(real)}</p>
    ${real.laps === 0 ? nothing : html`<p class="muted">${t("library.real_mean", { mean: lapTime(real.mean_us) })}</p>`}
    <ul class="rows">
      ${real.events.map(eventLine)}
    </ul>
  </section>`;

function filesCard({ model }, { onDelete }) {
  const file = `/api/v1/models/${model.sha256}`;
  return html`<section class="card" data-testid="files">
    <h2 class="card__title">${t("library.files")}</h2>
    ${
      model.is_here
        ? html`<ul class="downloads">
            <li><a class="button" href=${file} download=${`${model.name}.onnx`}>${t("library.download")} <small>${fileSize(model.size_bytes, language())}</small></a></li>
            ${
              model.about.archive_bytes === null
                ? nothing
                : html`<li><a class="button" href=${`${file}/archive`} download=${`${model.name}.tar.gz`}>${t("library.archive")} <small>${fileSize(model.about.archive_bytes, language())}</small></a></li>`
            }
          </ul>`
        : html`<p class="is-wrong">${t("model.elsewhere")}</p>`
    }
    <span class="id">sha256 ${model.sha256}</span>
    <button class="button" @click=${onDelete}>${t("model.delete")}</button>
  </section>`;
}

/** `does`: onChange(values), onDelete(), reload(); `isMine`: who looks is the driver whose it is. */
export function modelSheet(history, { tracks, desk, measured, isMine }, does) {
  const { model } = history;
  return html`<h1 class="headline library__title"><bdi>${model.name}</bdi></h1>
    ${originCard(history, tracks)}
    ${isMine ? html`<model-submitting .model=${model}></model-submitting>` : nothing}
    <model-evaluating
      .history=${history}
      .tracks=${tracks}
      .desk=${desk}
      .cars=${measured.cars}
      .done=${does.reload}
    ></model-evaluating>
    ${realCard(history)} ${notesCard(history, does)} ${filesCard(history, does)}`;
}
