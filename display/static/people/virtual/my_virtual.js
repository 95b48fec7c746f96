// My virtual races: submit a model, see its place in the queue and how far it is, and what it drove.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { gap as signedGap } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues } from "/static/parts/forms/form.js";
import { gapsList, stageWords } from "/static/parts/virtual/stage.js";
import { submissionRow } from "/static/parts/virtual/submission.js";

/** While something waits or runs; and while nothing does. */
const SOON_MS = 2000;
const LATER_MS = 15_000;
const MS_PER_S = 1000;

class MyVirtual extends PageElement {
  static properties = {
    /** The models that I brought. */
    models: { attribute: false },
    races: { state: true },
  };

  #timer = null;

  constructor() {
    super();
    this.models = [];
    this.races = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.#look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  get #isBusy() {
    const all = this.races.flatMap((race) => race.desk.submissions);
    return all.some(({ status }) => status === "waiting" || status === "running");
  }

  async #look() {
    clearTimeout(this.#timer);
    try {
      this.races = await read("/me/virtual");
    } catch (error) {
      // A server that is away for a moment is asked again; the page says so elsewhere.
      if (!(error instanceof ApiError)) throw error;
    }
    if (this.isConnected) {
      this.#timer = setTimeout(() => this.#look(), this.#isBusy ? SOON_MS : LATER_MS);
    }
  }

  async #send(event, race, stage) {
    const { model } = formValues(event);
    const path = `/events/${race.event_id}/stages/${stage.stage_id}/submissions`;
    await submit(this, path, { entry_id: race.entry_id, model_sha256: model }, t("virtual.submitted"));
    await this.#look();
  }

  async #takeBack(race, submission) {
    const path = `/events/${race.event_id}/submissions/${submission.submission_id}/withdraw`;
    await submit(this, path, {}, t("virtual.taken_back"));
    await this.#look();
  }

  #leftWords({ left, wait_s: waitS }) {
    if (waitS > 0) return t("virtual.wait", { seconds: Math.ceil(waitS) });
    return left === null ? nothing : t("virtual.left", { count: left });
  }

  #form(race, stage) {
    if (stage.phase !== "open") return nothing;
    if (race.entry_id === null) return html`<p>${t("virtual.no_entry")}</p>`;
    if (this.models.length === 0) return html`<p>${t("virtual.no_model")}</p>`;
    const left = race.desk.left.find((each) => each.stage_id === stage.stage_id);
    const isAble = left === undefined || (left.left !== 0 && left.wait_s * MS_PER_S <= 0);
    return html`<form class="form form--line" @submit=${(event) => this.#send(event, race, stage)}>
        <label class="field">
          <span>${t("virtual.model")}</span>
          <select name="model">
            ${this.models.map((model) => html`<option value=${model.sha256}>${model.name}</option>`)}
          </select>
        </label>
        <button class="button button--main" ?disabled=${!isAble}>${t("virtual.submit")}</button>
      </form>
      ${left === undefined ? nothing : html`<p class="muted">${this.#leftWords(left)}</p>`}`;
  }

  #row(race, submission) {
    const isWaiting = submission.status === "waiting" || submission.status === "running";
    const back = () => this.#takeBack(race, submission);
    return submissionRow(
      submission,
      isWaiting ? html`<button class="button" @click=${back}>${t("virtual.take_back")}</button>` : nothing,
    );
  }

  #stage(race, stage) {
    const own = race.desk.submissions.filter((each) => each.stage_id === stage.stage_id);
    return html`<div class="virtual" data-stage=${stage.stage_id}>
      <h3 class="subhead"><bdi>${stage.title}</bdi></h3>
      ${stageWords(stage)} ${this.#form(race, stage)}
      <ol class="rows">
        ${own.toReversed().map((each) => this.#row(race, each))}
      </ol>
    </div>`;
  }

  #race(race) {
    return html`<section class="card" data-testid="my-virtual">
      <h2 class="card__title">${t("virtual.mine")} · <bdi>${race.event_name}</bdi></h2>
      ${race.desk.stages.map((stage) => this.#stage(race, stage))}
      ${gapsList(race.desk.gaps, false, signedGap)}
    </section>`;
  }

  render() {
    return this.races.map((race) => this.#race(race));
  }
}

customElements.define("my-virtual", MyVirtual);
