// <training-watch>: one training as it goes: what the car sees, how far it is, what may be done.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { notify, perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { trackTitle } from "/static/parts/titles.js";
import "/static/train/watch/chart.js";
import { ending } from "/static/train/watch/ending.js";
import { said } from "/static/train/watch/said.js";
import { clock, figure, isOver, laps, placeNote, stateChip, waitNote } from "/static/train/words.js";

const LOOK_MS = 1000;
const S_PER_MIN = 60;
const SHOWN_LINES = 60;

/** Asks again until nothing more will come; `trainingId` chooses which. */
class TrainingWatch extends PageElement {
  static properties = {
    trainingId: { attribute: false },
    who: { attribute: false },
    training: { state: true },
    tracks: { state: true },
  };

  #timer = null;
  #lines = [];

  constructor() {
    super();
    this.training = null;
    this.rounds = [];
    this.tracks = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.#look();
    this.#loadTracks();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  async #loadTracks() {
    this.tracks = (await perform(this, () => read("/tracks"))) ?? [];
  }

  async #look() {
    clearTimeout(this.#timer);
    try {
      this.#heard(await read(`/workshop/trainings/${this.trainingId}?since=${this.#lines.length}`));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404) return this.dispatchEvent(new CustomEvent("training-gone", { bubbles: true }));
      if (this.training === null) notify(this, error.message, true);
    }
    if (this.isConnected && this.#isExpectant) this.#timer = setTimeout(() => this.#look(), LOOK_MS);
    return undefined;
  }

  #heard(training) {
    // An answer that crossed another one brings lines that are here already.
    const known = training.next_since - training.progress.length;
    const fresh = training.progress.slice(Math.max(0, this.#lines.length - known));
    if (fresh.length > 0) {
      this.#lines = [...this.#lines, ...fresh];
      this.rounds = this.#lines.filter((line) => line.kind === "round");
    }
    this.training = training;
  }

  /** A model comes into the library a moment after the training is over. */
  get #isExpectant() {
    const { training } = this;
    if (training === null || !isOver(training)) return true;
    const hasModel = training.laps !== null;
    return hasModel && training.model_sha256 === null && training.model_problem === null;
  }

  async #act(verb, done, body = {}, method = "POST") {
    const path = `/workshop/trainings/${this.trainingId}${verb}`;
    const answer = await submit(this, path, body, done, method);
    if (answer !== null && method !== "DELETE") await this.#look();
    return answer;
  }

  async #delete() {
    const { name } = this.training;
    if (!confirm(t("train.delete_training", { name }))) return;
    if ((await this.#act("", t("train.deleted", { name }), {}, "DELETE")) === null) return;
    this.dispatchEvent(new CustomEvent("training-gone", { bubbles: true }));
  }

  #end() {
    if (this.training.state === "running" && !confirm(t("train.end_sure"))) return;
    this.#act("/stop", t("train.ended"));
  }

  #buttons() {
    const { training } = this;
    const over = isOver(training);
    const button = (text, act, kind = "") => html`<button class="button ${kind}" @click=${act}>${text}</button>`;
    return html`<div class="form__buttons watch__buttons">
      ${over || training.is_paused ? nothing : button(t("train.pause"), () => this.#act("/pause", t("train.paused_note")))}
      ${!over && training.is_paused ? button(t("train.go_on"), () => this.#act("/go-on", t("train.goes_on")), "button--main") : nothing}
      ${over ? nothing : button(t("train.end"), () => this.#end())}
      ${button(t("train.delete"), () => this.#delete())}
    </div>`;
  }

  #picture() {
    const { training } = this;
    if (training.view_n === null) return html`<div class="watch__view watch__view--none"><p>${t("train.no_view")}</p></div>`;
    const address = `/api/v1/workshop/trainings/${training.training_id}/view?n=${training.view_n}`;
    return html`<img class="watch__view" src=${address} alt=${t("train.view")} />`;
  }

  #doing() {
    const { training, rounds } = this;
    if (training.state !== "running") return nothing;
    const latest = this.#lines.findLast((line) => line.kind === "said");
    const begun = latest === undefined ? t("train.warm_start") : said(latest.words);
    const text = rounds.length === 0 ? begun : t("train.round", { number: rounds.length });
    return html`<p class="watch__doing" role="status">${text}</p>`;
  }

  #progress() {
    const { training } = this;
    const most = training.max_minutes * S_PER_MIN;
    const spent = Math.min(most, training.spent_s);
    return html`<div class="watch__time">
      <span class="watch__clock digits" data-testid="clock">${clock(training.spent_s)}</span>
      <progress max=${most} .value=${spent} aria-label=${t("train.time_spent")}></progress>
      <span class="muted">${t("train.of_minutes", { minutes: training.max_minutes })}</span>
    </div>`;
  }

  #figures() {
    const { training } = this;
    const latest = this.rounds.at(-1) ?? {};
    const entry = (label, value, testId = nothing) =>
      html`<div><dt class="muted">${label}</dt><dd class="digits" data-testid=${testId}>${value}</dd></div>`;
    return html`<dl class="watch__figures">
      ${entry(t("train.clean_laps"), training.laps === null ? "–" : laps(training), "laps")}
      ${entry(isOver(training) ? t("train.best_lap") : t("train.mean_lap"), training.lap_us === null ? "–" : `${lapTime(training.lap_us)} s`)}
      ${entry(t("train.reward_per_step"), figure(latest.reward_per_step))}
      ${entry(t("train.progress"), latest.progress === undefined || latest.progress === null ? "–" : `${figure(latest.progress, 0)} %`)}
      ${entry(t("train.steps"), figure(training.steps, 0))}
      ${entry(t("train.entropy"), figure(latest.entropy))}
    </dl>`;
  }

  #log() {
    const told = this.#lines.filter((line) => line.kind === "said").slice(-SHOWN_LINES);
    if (told.length === 0) return nothing;
    return html`<details class="details watch__log" ?open=${this.rounds.length < 2}>
      <summary>${t("train.log")}</summary>
      <ol>${told.map((line) => html`<li>${said(line.words)}</li>`)}</ol>
    </details>`;
  }

  #about() {
    const { training } = this;
    const row = this.tracks.find((each) => each.track_id === training.track);
    const track = row === undefined ? null : trackTitle(row);
    const parts = [training.reward_name, track, t("train.seed_is", { seed: training.seed })];
    if (training.is_from_parent) parts.push(t("train.is_from_parent"));
    parts.push(training.driver_name);
    return parts.filter(Boolean).join(" · ");
  }

  render() {
    const { training } = this;
    if (training === null) return nothing;
    const act = this.#act.bind(this);
    return html`<section class="watch__head">
        <h1 class="headline"><bdi>${training.name}</bdi></h1>
        <p>${stateChip(training)} <span class="muted">${this.#about()}</span></p>
      </section>
      ${waitNote(training)} ${ending(training, { act, who: this.who })}
      <div class="watch">
        <section class="card watch__car">
          ${this.#picture()} ${this.#doing()} ${this.#progress()} ${placeNote(training)} ${this.#buttons()}
        </section>
        <section class="card watch__course">
          ${this.#figures()}
          <training-chart .rounds=${this.rounds}></training-chart>
          ${this.#log()}
        </section>
      </div>`;
  }
}

customElements.define("training-watch", TrainingWatch);
