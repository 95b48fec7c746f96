// The stages of the event: what each is raced by, changing and removing it, and planning another.

import { html, nothing } from "lit";
import { countdown } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { queueRows } from "/static/view_model.js";
import { STAGE_DEFAULTS } from "/static/control/plan/stage_fields.js";
import { PageElement } from "/static/parts/element.js";
import { libraryTracks, usualTrackId } from "/static/parts/forms/tracks.js";
import "/static/control/plan/stage_form.js";
import "/static/control/plan/stage_track.js";
import "/static/control/virtual/stage_form.js";

const US_PER_S = 1_000_000;
/** What a stage is planned by, and so planned again. */
const PLANNED_BY = [
  ...["title", "kind", "is_open", "format_name", "laps_n"],
  ...Object.keys(STAGE_DEFAULTS),
];

class StagesCard extends PageElement {
  static properties = {
    plan: { attribute: false },
    stages: { attribute: false },
    formats: { attribute: false },
    presets: { attribute: false },
    act: { attribute: false },
    /** Reads the plan anew. */
    reload: { attribute: false },
    openId: { state: true },
    askedId: { state: true },
    removed: { state: true },
    tracks: { state: true },
  };

  constructor() {
    super();
    this.openId = null;
    this.askedId = null;
    this.removed = null;
    this.tracks = [];
  }

  async connectedCallback() {
    super.connectedCallback();
    this.tracks = await libraryTracks();
  }

  /** What was removed belongs to the event in which it was. */
  willUpdate(changed) {
    const before = changed.get("plan");
    if (before && before.event_id !== this.plan.event_id) this.removed = null;
  }

  get #path() {
    return `/events/${this.plan.event_id}/stages`;
  }

  #create(body) {
    return this.act(this.#path, body, t("plan.stage_planned"));
  }

  /** Of a stage that has begun the form asks for the title alone. */
  #change(stage, { is_open: isOpen, kind, ...asked }) {
    const body = stage.has_run ? { title: asked.title } : { ...asked, kind, is_open: isOpen };
    const path = `${this.#path}/${stage.stage_id}`;
    return this.act(path, body, t("plan.stage_changed"), "PATCH");
  }

  #layTrack(stage, body) {
    return this.act(`${this.#path}/${stage.stage_id}/track`, body, t("track.saved"), "PUT");
  }

  async #remove(stage) {
    const { title } = stage;
    const path = `${this.#path}/${stage.stage_id}`;
    const done = t("plan.stage_removed", { title });
    const answer = await this.act(path, {}, done, "DELETE");
    this.askedId = null;
    if (answer !== null) this.removed = stage;
  }

  async #planAgain(stage) {
    const body = Object.fromEntries(PLANNED_BY.map((name) => [name, stage[name]]));
    const trackId = usualTrackId(this.tracks, [stage]);
    if (trackId !== "") body.track_id = trackId;
    const answer = await this.act(this.#path, body, t("plan.stage_planned"));
    if (answer === null) return;
    this.removed = null;
    if (stage.starts_utc === null) return;
    const times = { starts_utc: stage.starts_utc, slot_s: stage.slot_s };
    await this.act(`${this.#path}/${answer.stage_id}/schedule`, times, t("start.scheduled"));
  }

  #about(stage) {
    const { kind, format_name: name, runs_max: runs, cars_max: cars } = stage;
    return [
      tCode("stage_kind", kind),
      ...(kind === "practice" ? [] : [tCode("format_title", name)]),
      stage.is_virtual
        ? t("virtual.stage")
        : t("plan.window", { time: countdown(stage.window_s * US_PER_S) }),
      ...(runs > 0 ? [t("stage.runs", { count: runs })] : []),
      ...(cars > 1 ? [t("stage.cars", { count: cars })] : []),
      ...(stage.is_open ? [t("stage.open")] : []),
      ...(stage.track === null ? [] : [t("virtual.track", { track: stage.track })]),
    ].join(" · ");
  }

  /** Two taps apart, and the second says what goes: no thumb removes a stage by mistake. */
  #removal(stage) {
    if (stage.has_run) return nothing;
    const { title, stage_id: stageId } = stage;
    if (this.askedId !== stageId) {
      return html`<button class="button" @click=${() => (this.askedId = stageId)}>
        ${t("plan.stage_remove")}
      </button>`;
    }
    const count = queueRows(this.plan).filter((heat) => heat.stage_id === stageId).length;
    return html`<div class="form" role="group" data-testid="stage-removal">
      <p>${t("plan.stage_remove_ask", { title, count })}</p>
      <div class="form__buttons">
        <button class="button button--main" @click=${() => (this.askedId = null)}>
          ${t("plan.stage_keep")}
        </button>
        <button class="button" @click=${() => this.#remove(stage)}>
          ${t("plan.stage_remove_now")}
        </button>
      </div>
    </div>`;
  }

  #toggle(event, stageId) {
    if (event.target.open) this.openId = stageId;
    else if (this.openId === stageId) this.openId = null;
    this.askedId = null;
  }

  #editor(stage) {
    const { formats, presets } = this;
    return html`<div class="form stage__edit">
      <stage-form
        .formats=${formats}
        .presets=${presets}
        .stage=${stage}
        .onSend=${(body) => this.#change(stage, body)}
      ></stage-form>
      <stage-track
        .stage=${stage}
        .tracks=${this.tracks}
        .onSend=${(body) => this.#layTrack(stage, body)}
      ></stage-track>
      <virtual-stage-form .plan=${this.plan} .stage=${stage} .reload=${this.reload}></virtual-stage-form>
      ${this.#removal(stage)}
    </div>`;
  }

  #stage(stage) {
    const { stage_id: stageId } = stage;
    const isOpen = this.openId === stageId;
    return html`<li data-stage=${stageId}>
      <details
        class="details"
        ?open=${isOpen}
        @toggle=${(event) => this.#toggle(event, stageId)}
      >
        <summary>
          <span class="row__main"
            ><strong><bdi>${stage.title}</bdi></strong>
            <span class="muted">${this.#about(stage)}</span></span
          >
        </summary>
        ${isOpen ? this.#editor(stage) : nothing}
      </details>
    </li>`;
  }

  #undo() {
    const { removed } = this;
    if (removed === null) return nothing;
    return html`<p class="row" role="status">
      <span class="row__main">${t("plan.stage_removed", { title: removed.title })}</span>
      <button class="button" @click=${() => this.#planAgain(removed)}>${t("plan.stage_back")}</button>
    </p>`;
  }

  render() {
    const { stages, formats, presets } = this;
    return html`<section class="card" data-testid="stages">
      <h2 class="card__title">${t("plan.stages")}</h2>
      <ol class="rows">
        ${stages.map((stage) => this.#stage(stage))}
      </ol>
      ${this.#undo()}
      <details class="details" ?open=${stages.length === 0}>
        <summary>${t("plan.plan_stage")}</summary>
        <stage-form
          .formats=${formats}
          .presets=${presets}
          .tracks=${this.tracks}
          .usualTrackId=${usualTrackId(this.tracks, stages)}
          .onSend=${(body) => this.#create(body)}
        ></stage-form>
      </details>
    </section>`;
  }
}

customElements.define("stages-card", StagesCard);
