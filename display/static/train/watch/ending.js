// What came of a training, and where to go from there: to the model, to a car, to a better reward.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { modelAddress } from "/static/models/address.js";
import "/static/parts/code/editor.js";
import { isOver, isReliable } from "/static/train/words.js";

/** Such a training has nothing to go on from. */
const FINAL = ["laps", "steps", "fault"];
const MORE_MINUTES = 10;

function headline(training) {
  const { clean_laps: clean, laps: of, ending: why } = training;
  if (training.state === "failed") return t(`train.ending.${why}`);
  if (of === null) return t("train.ended_empty");
  return isReliable(training) ? t("train.it_laps", { clean, of }) : t("train.it_laps_partly", { clean, of });
}

function modelLine(training, act) {
  const { model_sha256: sha256, model_problem: problem, laps } = training;
  if (laps === null) return nothing;
  if (problem !== null)
    return html`<p class="is-wrong">${t("train.model_problem", { problem })}</p>
      <button class="button" @click=${() => act("/model", t("train.model_kept"))}>${t("train.model_again")}</button>`;
  if (sha256 === null) return html`<p class="muted" role="status">${t("train.model_coming")}</p>`;
  return nothing;
}

/** A driver chooses a model for the car on the own page, an organiser in race control. */
function modelLinks(training, who) {
  const sha256 = training.model_sha256;
  if (sha256 === null) return nothing;
  const drive = who?.role === "driver" ? "/me" : "/control#plan";
  const model = { sha256, driver_id: training.driver_id };
  return html`<a class="button button--main" href=${`/models${modelAddress(model)}`} data-testid="to-model">${t("train.see_model")}</a>
    <a class="button" href=${drive}>${t("train.drive")}</a>
    <a class="button" href=${`/api/v1/models/${sha256}`} download=${`${training.name}.onnx`}>${t("train.download")}</a>`;
}

function goOn(training, act) {
  if (FINAL.includes(training.ending)) return nothing;
  const text = t("train.go_on_more", { minutes: MORE_MINUTES });
  return html`<button class="button" @click=${() => act("/go-on", t("train.goes_on"), { minutes: MORE_MINUTES })}>${text}</button>`;
}

function fault({ sentence, line, source, ending: why }) {
  if (sentence === null) return nothing;
  const code =
    why === "fault" && line !== null
      ? html`<code-editor class="ending__code" readonly label=${t("train.code")} .value=${source} .faultLine=${line}></code-editor>`
      : nothing;
  return html`<p class="fault" lang="en">${sentence}</p>
    ${code}`;
}

/** To another one like it: not before the model is there that will be its parent. */
function againLink(training) {
  const { laps, model_sha256: sha256, model_problem: problem, ending: why } = training;
  if (laps !== null && sha256 === null && problem === null) return nothing;
  const [text, kind] = why === "fault" ? [t("train.correct"), "button--main"] : [t("train.train_on"), ""];
  return html`<a class="button ${kind}" href=${`/train?from=${training.training_id}`}>${text}</a>`;
}

export function ending(training, { act, who }) {
  if (!isOver(training)) return nothing;
  const isGood = training.state !== "failed" && isReliable(training);
  const kind = isGood ? "ending--good" : training.state === "failed" ? "ending--bad" : "";
  return html`<section class="card ending ${kind}" data-testid="ending">
    <div role="status"><h2 class="ending__title">${headline(training)}</h2></div>
    ${fault(training)} ${modelLine(training, act)}
    <div class="form__buttons">
      ${modelLinks(training, who)}
      ${againLink(training)} ${goOn(training, act)}
    </div>
  </section>`;
}
