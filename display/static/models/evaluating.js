// <model-evaluating>: laps on a virtual track and the stress card, asked for, watched and shown.

import { html, nothing } from "lit";
import { dateAndTime, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { whileShown } from "/static/parts/while_shown.js";
import { choiceField, formValues } from "/static/parts/forms/form.js";
import { testBar } from "/static/parts/cars/stress_check.js";
import { isOver, modelTests } from "/static/parts/cars/tests.js";
import { measuredField } from "/static/parts/cars/measured.js";
import { measuredCard, plainCard, stressCard, stressLines } from "/static/models/stress_card.js";

const LAPS = ["5", "10", "20", "50"];
const USUAL_LAPS = "10";
const NEWEST = 8;

const lapsRow = (laps) =>
  html`<tr>
    <th scope="row"><bdi>${laps.track}</bdi>${laps.as_measured === null ? nothing : html` <span class="muted">${t("measured.as_car", { car: laps.as_measured })}</span>`}</th>
    <td class="digits">${t("library.of", { clean: laps.laps_clean, laps: laps.laps_started })}</td>
    <td class="digits">${lapTime(laps.best_us)}</td>
    <td class="digits">${lapTime(laps.average_us)}</td>
    <td>${dateAndTime(laps.made_utc, language())}</td>
  </tr>`;

export const lapsTable = (virtual) =>
  virtual.length === 0
    ? html`<p class="muted">${t("library.never_driven")}</p>`
    : html`<div class="library__scroll" tabindex="0" role="region" aria-label=${t("library.virtual")}>
        <table class="library__table">
          <thead>
            <tr>
              ${["track", "clean", "best", "mean", "when"].map((each) => html`<th scope="col">${t(`library.${each}`)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${virtual.slice(0, NEWEST).map(lapsRow)}
          </tbody>
        </table>
      </div>`;

class ModelEvaluating extends PageElement {
  static properties = {
    history: { attribute: false },
    tracks: { attribute: false },
    desk: { attribute: false },
    done: { attribute: false },
    cars: { attribute: false },
    track: { state: true },
    car: { state: true },
  };

  constructor() {
    super();
    const ended = (test) => test.sha256 === this.history.model.sha256 && this.done?.();
    whileShown(this, () => modelTests.follow(() => this.requestUpdate(), ended));
    this.track = null;
    this.cars = [];
    this.car = "";
  }

  #start(body) {
    const whole = this.car === "" ? body : { ...body, as_measured: this.car };
    return perform(this, () => modelTests.ask(this.history.model, whole));
  }

  #cancel(test) {
    return perform(this, () => modelTests.cancel(test));
  }

  /** The track that is offered first: chosen here, trained on, driven last, else the demo's. */
  get #track() {
    const { model, virtual, stress } = this.history;
    return this.track ?? this.#known(model.origin?.track) ?? this.#known(stress[0]?.track) ?? this.#known(virtual[0]?.track) ?? "demo";
  }

  #known(name) {
    return this.tracks.find((each) => each.track_id === name || each.name === name)?.track_id ?? null;
  }

  #underWay(kind) {
    const test = modelTests.newest(this.history.model.sha256, kind);
    if (test === null) return nothing;
    if (test.state === "failed") return html`<p class="is-wrong" role="alert" lang="en">${test.sentence}</p>`;
    if (isOver(test)) return nothing;
    return html`${testBar(test)} ${test.stress.length === 0 ? nothing : stressLines(test.stress)}
      <button class="button button--small" @click=${() => this.#cancel(test)}>${t("test.cancel")}</button>`;
  }

  #isBusy(kind) {
    const test = modelTests.newest(this.history.model.sha256, kind);
    return test !== null && !isOver(test);
  }

  #form() {
    const { desk, tracks, history } = this;
    if (!desk.is_open) return html`<p class="is-wrong">${t(`test.lacks.${desk.lacks}`)}</p>`;
    if (!history.model.is_here) return html`<p class="is-wrong">${t("model.elsewhere")}</p>`;
    const drive = (event) => {
      const { laps } = formValues(event);
      return this.#start({ kind: "laps", track: this.#track, laps: Number(laps) });
    };
    return html`<form class="form form--line" @submit=${drive}>
      <label class="field">
        <span>${t("library.track")}</span>
        <select name="track" @change=${(event) => (this.track = event.target.value)}>
          ${tracks.map((each) => html`<option value=${each.track_id} ?selected=${each.track_id === this.#track}>${each.name}</option>`)}
        </select>
      </label>
      ${measuredField(this.cars, this.car, (car) => (this.car = car))}
      ${choiceField(t("test.laps"), "laps", LAPS.map((each) => [each, each]), USUAL_LAPS)}
      <button class="button" ?disabled=${this.#isBusy("laps")}>${t("test.drive")}</button>
      <button
        type="button"
        class="button button--main"
        ?disabled=${this.#isBusy("stress")}
        @click=${() => this.#start({ kind: "stress", track: this.#track })}
      >
        ${t("test.stress")}
      </button>
    </form>`;
  }

  render() {
    const { virtual, stress } = this.history;
    return html`<section class="card" data-testid="stress">
        <h2 class="card__title">${t("library.stress")}</h2>
        ${this.#form()} ${this.#underWay("stress")} ${stressCard(plainCard(stress))}
      </section>
      ${measuredCard(stress, this.cars)}
      <section class="card" data-testid="virtual">
        <h2 class="card__title">${t("library.virtual")}</h2>
        ${this.#underWay("laps")} ${lapsTable(virtual)}
      </section>`;
  }
}

customElements.define("model-evaluating", ModelEvaluating);
