// Plays what drivers submitted before an audience: who is next, what the worker does, play by itself.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { isOnTrack, isUnderWay } from "/static/view_model.js";
import { DeskCard } from "/static/control/virtual/desk_card.js";
import { submit } from "/static/parts/act.js";

const LOOK_MS = 1000;
const RESULT_S = 15;
const START_S = 5;

const isDuel = (stage) => stage.race_kind === "head_to_head";

/** The names of what can be played of a stage, in its order: one for each, or for each two. */
function playable(desk, stage) {
  if (isDuel(stage))
    return desk.duels.filter((each) => each.stage_id === stage.stage_id).map(({ names }) => names.join(" – "));
  return desk.submissions
    .filter((each) => each.stage_id === stage.stage_id && each.status === "waiting" && !each.is_shown)
    .toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0))
    .map(({ name }) => name);
}

const called = ({ model, model_sha256: sha256 }) => model ?? sha256.slice(0, 12);

/** What is known of the run at the line: who drives it, and how far that is. */
function doing(shown, { heat }) {
  if (shown.status !== "running") return ["warning", t("show.no_worker")];
  const { worker, laps, laps_done: done } = shown;
  if (isUnderWay(heat)) return ["good", t("show.drives", { worker, done: done ?? 0, laps })];
  return shown.is_ready ? ["good", t("show.ready", { worker })] : ["warning", t("show.loads", { worker })];
}

class VirtualShowCard extends DeskCard {
  static properties = {
    view: { attribute: false },
    /** Sends a command of race control: path, body, what is then said. */
    act: { attribute: false },
    isBusy: { attribute: false },
  };

  constructor() {
    super(LOOK_MS);
  }

  /** An event of real cars alone has nothing to look for. */
  get isExpectant() {
    return this.desk === null || this.desk.stages.length > 0;
  }

  willUpdate() {
    this.follow(this.view.event_id);
  }

  async #play(path, told) {
    await this.act(path, {}, told);
    await this.look();
  }

  async #setAuto(stageId, isOn) {
    const body = { is_on: isOn, stage_id: stageId, start_after_s: START_S, next_after_s: RESULT_S };
    const told = isOn ? t("show.auto_on") : t("show.auto_off");
    await submit(this, `/events/${this.view.event_id}/virtual/auto`, body, told, "PUT");
    await this.look();
  }

  #shown(shown) {
    const [tone, words] = doing(shown[0], this.view);
    return html`<div data-testid="shown">
        ${shown.map(
          (each) => html`<p class="show__who">
            <strong><bdi>${each.number} ${each.name}</bdi></strong> <bdi class="muted">${called(each)}</bdi>
          </p>`,
        )}
      </div>
      <p><span class="car-state car-state--${tone}" role="status" data-testid="show-state">${words}</span></p>`;
  }

  #auto(stage) {
    const isOn = this.desk.auto?.stage_id === stage.stage_id;
    return html`<button
      class="button"
      aria-pressed=${isOn}
      @click=${() => this.#setAuto(stage.stage_id, !isOn)}
    >
      ${isOn ? t("show.stop_auto") : t("show.auto")}
    </button>`;
  }

  #stage(stage) {
    const waiting = playable(this.desk, stage);
    const [next] = waiting;
    const told = isDuel(stage) ? t("show.called_duel") : t("show.called");
    const path = `/stages/${stage.stage_id}/play-next`;
    const isOff = this.isBusy || next === undefined || isOnTrack(this.view);
    const none = isDuel(stage) ? t("show.no_duel") : t("show.nobody");
    const who = next === undefined ? none : t("show.next", { name: next, count: waiting.length });
    return html`<div class="show" data-show-stage=${stage.stage_id}>
      <h3 class="subhead"><bdi>${stage.title}</bdi></h3>
      <p class="muted"><bdi>${who}</bdi></p>
      <div class="form__buttons">
        <button class="button button--main" ?disabled=${isOff} @click=${() => this.#play(path, told)}>
          ${t("show.play_next")}
        </button>
        ${this.#auto(stage)}
      </div>
      ${this.desk.auto?.stage_id === stage.stage_id ? html`<p class="muted">${t("show.auto_lead", { start: START_S, next: RESULT_S })}</p>` : nothing}
    </div>`;
  }

  render() {
    const { desk } = this;
    const stages = desk?.stages ?? [];
    if (stages.length === 0) return nothing;
    const { heat } = this.view;
    // What was read a moment ago may be of a heat that is over.
    const shown = desk.submissions.filter((each) => each.is_shown && each.heat_id === heat?.heat_id && isOnTrack(this.view));
    return html`<section class="card" data-testid="virtual-show">
      <h2 class="card__title">${t("show.title")}</h2>
      ${shown.length === 0 ? nothing : this.#shown(shown)}
      ${stages.map((stage) => this.#stage(stage))}
    </section>`;
  }
}

customElements.define("virtual-show-card", VirtualShowCard);
