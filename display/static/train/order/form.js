// <training-form>: everything that a training needs, with a start that needs nothing to be changed.

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { notify, perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { measuredField } from "/static/parts/cars/measured.js";
import "/static/parts/track_plan.js";
import { sizeNote } from "/static/tracks/editor/measures.js";
import "/static/train/order/actions.js";
import { faultAtStart } from "/static/train/order/check.js";
import { canBeginFromParent, keepDraft, MINUTES, orderOf, readDraft } from "/static/train/order/draft.js";
import "/static/train/order/rewards.js";
import { trackTitle } from "/static/parts/titles.js";

const MOST_NAME = 40;
const MOST_SEED = 2 ** 31 - 1;
const MOST_CARS = 8;

/**
 * `canTrain`: whether this server has what it takes; `hasCluster`: whether cars drive on a cluster;
 * `like` is a draft to begin with, or null.
 */
class TrainingForm extends PageElement {
  static properties = {
    canTrain: { attribute: false },
    hasCluster: { attribute: false },
    like: { attribute: false },
    fault: { attribute: false },
    draft: { state: true },
    tracks: { state: true },
    plan: { state: true },
    measured: { state: true },
    isBusy: { state: true },
  };

  constructor() {
    super();
    this.hasCluster = false;
    this.tracks = [];
    this.plan = null;
    this.measured = [];
    this.like = null;
    this.fault = null;
    this.isBusy = false;
    this.draft = readDraft();
    this.addEventListener("fault-found", (event) => (this.fault = event.detail));
    this.addEventListener("draft-changed", (event) => this.#change(event.detail));
  }

  connectedCallback() {
    super.connectedCallback();
    const { like, fault } = this;
    if (like !== null) this.#change(like);
    // It is of just this source.
    this.fault = fault;
    this.#loadTracks();
    this.#loadMeasured();
  }

  /** A car that nobody measures any more is no choice. */
  async #loadMeasured() {
    const desk = await perform(this, () => read("/workshop/cars"));
    if (desk === null) return;
    this.measured = desk.cars;
    const isKnown = desk.cars.some((each) => each.about.car_id === this.draft.asMeasured);
    if (!isKnown && this.draft.asMeasured !== "") this.#change({ asMeasured: "" });
  }

  async #loadTracks() {
    const rows = await perform(this, () => read("/tracks"));
    if (rows === null) return;
    const isUsual = this.draft.name === this.#usualName(this.draft);
    this.tracks = rows;
    if (isUsual) this.#change({ name: "" });
    if (rows.length > 0 && !rows.some((each) => each.track_id === this.draft.track))
      this.#change({ track: rows[0].track_id });
    await this.#loadPlan();
  }

  async #loadPlan() {
    const id = this.draft.track;
    const plan = await perform(this, () => read(`/tracks/${encodeURIComponent(id)}`));
    if (id === this.draft.track) this.plan = plan;
  }

  /** The model is called after its reward and track until somebody calls it otherwise. */
  #change(fields) {
    const wasOwn = this.draft.name !== this.#usualName(this.draft);
    const draft = { ...this.draft, ...fields };
    if ("source" in fields) this.fault = null;
    if (!wasOwn || draft.name === "") draft.name = this.#usualName(draft);
    this.draft = draft;
    keepDraft(draft);
  }

  #usualName({ rewardName, track }) {
    const row = this.tracks?.find((each) => each.track_id === track);
    const parts = [rewardName.trim(), row ? trackTitle(row) : track].filter(Boolean);
    return parts.join(" · ").slice(0, MOST_NAME).trim();
  }

  async #start(event) {
    event.preventDefault();
    if (this.isBusy) return;
    this.isBusy = true;
    if (await this.#isFaulty()) {
      this.isBusy = false;
      return;
    }
    const answer = await submit(this, "/workshop/trainings", orderOf(this.draft));
    this.isBusy = false;
    if (answer === null) return;
    this.#change({ parent: null, parentMade: null, isFromParent: false });
    this.dispatchEvent(new CustomEvent("training-started", { bubbles: true, detail: answer.training_id }));
  }

  /** Asked at once: a training would find the same a minute later. */
  async #isFaulty() {
    const { track, source } = this.draft;
    if (this.plan === null) return false;
    this.fault = await faultAtStart(track, this.plan.shape, source);
    if (this.fault !== null) notify(this, t("train.fault"), true);
    return this.fault !== null;
  }

  #track() {
    const { tracks, plan, draft } = this;
    const choose = (event) => {
      this.#change({ track: event.target.value });
      this.#loadPlan();
    };
    return html`<section class="card">
      <div class="train__title">
        <h2 class="card__title"><span class="guide__number">2</span>${t("train.track")}</h2>
        <a href="/tracks">${t("train.own_track")}</a>
      </div>
      <label class="field">
        <span class="visually-hidden">${t("train.track")}</span>
        <select data-testid="track-choice" @change=${choose}>
          ${tracks.map((each) => html`<option value=${each.track_id} ?selected=${each.track_id === draft.track}>${trackTitle(each)}</option>`)}
        </select>
      </label>
      <div class="train__plan">
        ${plan === null ? nothing : html`<track-plan .shape=${plan.shape} label=${t("tracks.plan_of", { name: trackTitle(plan) })}></track-plan>`}
      </div>
      <p class="muted train__size">${plan === null ? nothing : sizeNote(plan)}</p>
    </section>`;
  }

  #choice(label, name, options, convert = (value) => value) {
    const change = (event) => this.#change({ [name]: convert(event.target.value) });
    return html`<label class="field">
      <span>${label}</span>
      <select name=${name} .value=${live(String(this.draft[name]))} @change=${change}>
        ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === this.draft[name]}>${text}</option>`)}
      </select>
    </label>`;
  }

  #whole(label, name, least, most) {
    const change = ({ target }) => target.reportValidity() && this.#change({ [name]: target.valueAsNumber });
    return html`<label class="field">
      <span>${label}</span>
      <input class="digits" type="number" inputmode="numeric" required min=${least} max=${most} .value=${live(String(this.draft[name]))} @change=${change} />
    </label>`;
  }

  #more() {
    const { draft } = this;
    const networks = ["small", "classic"].map((each) => [each, t(`train.network.${each}`)]);
    const algorithms = ["ppo", "sac"].map((each) => [each, t(`train.algorithm.${each}`)]);
    return html`<details class="details">
      <summary>${t("train.more")}</summary>
      <div class="form">
        <action-space .space=${draft.space} @change=${(event) => this.#change({ space: event.detail })}></action-space>
        ${this.#choice(t("train.network"), "network", networks)}
        ${this.#choice(t("train.algorithm"), "algorithm", algorithms)}
        ${draft.algorithm === "sac" && draft.space?.kind !== "ranges" ? html`<p class="is-wrong">${t("problem.sac_needs_ranges")}</p>` : nothing}
        <div class="form--line">
          ${this.#whole(t("train.seed"), "seed", 0, MOST_SEED)} ${this.#whole(t("train.cars"), "cars", 1, MOST_CARS)}
        </div>
        <p class="muted">${t("train.seed_note")}</p>
        ${measuredField(this.measured, draft.asMeasured, (asMeasured) => this.#change({ asMeasured }))}
      </div>
    </details>`;
  }

  #begin() {
    const { draft, canTrain, hasCluster, isBusy } = this;
    const minutes = MINUTES.map((each) => [each, t("train.minutes", { count: each })]);
    const isEmpty = [draft.source, draft.rewardName, draft.name].some((text) => text.trim() === "");
    return html`<section class="card">
      <h2 class="card__title"><span class="guide__number">3</span>${t("train.training")}</h2>
      <div class="form--line">
      <label class="field">
        <span>${t("train.model_name")}</span>
        <input required maxlength=${MOST_NAME} autocomplete="off" .value=${live(draft.name)} @input=${(event) => this.#rename(event)} />
      </label>
      ${this.#choice(t("train.at_most"), "minutes", minutes, Number)}
      </div>
      ${this.#more()}
      ${this.#parent()}
      <button class="button command command--go" ?disabled=${!canTrain || isBusy || isEmpty}>${isBusy ? t("train.starting") : t("train.start")}</button>
      <p class="muted">${canTrain ? t("train.start_note") : t("train.cannot_start")}</p>
      ${canTrain && hasCluster ? html`<p class="muted">${t("train.on_cluster_note")}</p>` : nothing}
    </section>`;
  }

  /** The model before, and whether this one begins with what that has learnt. */
  #parent() {
    const { draft } = this;
    if (draft.parent === null) return nothing;
    const can = canBeginFromParent(draft);
    const change = ({ target }) => this.#change({ isFromParent: target.checked });
    return html`<p class="muted">${t("train.goes_on_from", { hash: draft.parent.slice(0, 8) })}</p>
      <label class="check">
        <input type="checkbox" .checked=${live(can && draft.isFromParent)} ?disabled=${!can} @change=${change} />
        ${t("train.from_parent")}
      </label>
      <p class="muted">${can ? t("train.from_parent_note") : t("train.from_parent_not")}</p>`;
  }

  /** Enter in a field means that field: a training is begun by its button alone. */
  #key(event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #rename(event) {
    this.draft = { ...this.draft, name: event.target.value };
    keepDraft(this.draft);
  }

  render() {
    const { draft, fault } = this;
    // Each field is checked when it changes; a model's own actions may lie between a field's steps.
    return html`<form class="train__order" novalidate @keydown=${(event) => this.#key(event)} @submit=${(event) => this.#start(event)}>
      <section class="card train__reward">
        <h2 class="card__title"><span class="guide__number">1</span>${t("train.reward")}</h2>
        <p class="muted">${t("train.reward_note")}</p>
        <reward-desk .draft=${draft} .fault=${fault}></reward-desk>
      </section>
      <div class="train__side">${this.#track()} ${this.#begin()}</div>
    </form>`;
  }
}

customElements.define("training-form", TrainingForm);
