// My virtual races: submit a model, see its place in the queue and how far it is, and what it drove.

import { html, nothing } from "lit";
import { gap } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { formValues } from "/static/parts/forms/form.js";
import { gapsList } from "/static/parts/virtual/gaps.js";
import { MyRaces, isUndecided, leftWords, maySubmit } from "/static/parts/virtual/my_races.js";
import { stageWords } from "/static/parts/virtual/stage.js";
import { submissionRow } from "/static/parts/virtual/submission.js";

const hasLap = ({ best_us: best, heat_id: heat }) => best !== null && heat !== null;

/** Where the best laps of one or two runs of an event are looked at. */
function analysisOf(race, [first, second]) {
  const asked = new URLSearchParams({ event: race.event_id, heat: first.heat_id, entry: first.entry_id });
  if (second !== undefined) {
    asked.set("heat2", second.heat_id);
    asked.set("entry2", second.entry_id);
  }
  return `/analysis?${asked}`;
}

class MyVirtual extends PageElement {
  static properties = {
    /** The models that I brought. */
    models: { attribute: false },
    chosen: { state: true },
  };

  #mine = new MyRaces(this);
  #hasScrolled = false;

  constructor() {
    super();
    this.models = [];
    this.chosen = [];
  }

  /** The address may name the stage for which somebody came. */
  updated() {
    const asked = new URLSearchParams(location.search).get("stage");
    if (this.#hasScrolled || asked === null || this.#mine.races === null) return;
    this.#hasScrolled = true;
    this.querySelector(`[data-stage="${CSS.escape(asked)}"]`)?.scrollIntoView({ block: "start" });
  }

  #send(event, race, stage) {
    return this.#mine.submit(race, stage, formValues(event).model);
  }

  #form(race, stage) {
    if (stage.phase !== "open") return nothing;
    if (race.entry_id === null) return html`<p>${t("virtual.no_entry")}</p>`;
    if (this.models.length === 0) return html`<p>${t("virtual.no_model")}</p>`;
    const left = leftWords(race, stage);
    return html`<form class="form form--line" @submit=${(event) => this.#send(event, race, stage)}>
        <label class="field">
          <span>${t("virtual.model")}</span>
          <select name="model">
            ${this.models.map((model) => html`<option value=${model.sha256}>${model.name}</option>`)}
          </select>
        </label>
        <button class="button button--main" ?disabled=${!maySubmit(race, stage)}>${t("virtual.submit")}</button>
      </form>
      ${left === "" ? nothing : html`<p class="muted">${left}</p>`}`;
  }

  /** Two at most: a third one takes the place of the older. */
  #choose(id) {
    const others = this.chosen.filter((each) => each !== id);
    this.chosen = others.length < this.chosen.length ? others : [...others, id].slice(-2);
  }

  #actions(race, submission, canCompare) {
    // What is shown is stopped by race control alone.
    if (submission.is_shown) return nothing;
    if (isUndecided(submission))
      return html`<button class="button" @click=${() => this.#mine.takeBack(race, submission)}>${t("virtual.take_back")}</button>`;
    if (!hasLap(submission)) return nothing;
    const id = submission.submission_id;
    return html`${
        canCompare
          ? html`<label class="check"
              ><input type="checkbox" .checked=${this.chosen.includes(id)} @change=${() => this.#choose(id)} /> ${t("virtual.compare_this")}</label
            >`
          : nothing
      }
      <a class="button" href=${analysisOf(race, [submission])}>${t("analysis.open")}</a>`;
  }

  /** What a run is to the best of those before it. */
  #note(submission, earlier) {
    const before = earlier.filter(hasLap).map((each) => each.best_us);
    if (!hasLap(submission) || before.length === 0) return nothing;
    const differs = submission.best_us - Math.min(...before);
    return html`<span class=${differs < 0 ? "is-better" : "muted"}>${t("virtual.to_before", { gap: gap(differs) })}</span>`;
  }

  #comparing(race, own) {
    const two = this.chosen.map((id) => own.find((each) => each.submission_id === id)).filter(Boolean);
    if (own.filter(hasLap).length < 2) return nothing;
    return two.length < 2
      ? html`<p class="muted">${t("virtual.choose_two")}</p>`
      : html`<a class="button button--main" href=${analysisOf(race, two)}>${t("virtual.compare")}</a>`;
  }

  #stage(race, stage) {
    const own = race.desk.submissions.filter((each) => each.stage_id === stage.stage_id);
    const canCompare = own.filter(hasLap).length > 1;
    const row = (each, at) =>
      submissionRow(each, this.#actions(race, each, canCompare), { stage, note: this.#note(each, own.slice(0, at)) });
    return html`<div class="virtual" data-stage=${stage.stage_id}>
      <h3 class="subhead"><bdi>${stage.title}</bdi></h3>
      ${stageWords(stage)} ${this.#form(race, stage)}
      <ol class="rows">
        ${own.map(row).toReversed()}
      </ol>
      ${this.#comparing(race, own)}
    </div>`;
  }

  #race(race) {
    return html`<section class="card" data-testid="my-virtual">
      <h2 class="card__title">${t("virtual.mine")} · <bdi>${race.event_name}</bdi></h2>
      ${race.desk.stages.map((stage) => this.#stage(race, stage))} ${gapsList(race.desk.gaps, false)}
      <a class="button" href="/virtual">${t("virtual.all_races")}</a>
    </section>`;
  }

  render() {
    return (this.#mine.races ?? []).map((race) => this.#race(race));
  }
}

customElements.define("my-virtual", MyVirtual);
