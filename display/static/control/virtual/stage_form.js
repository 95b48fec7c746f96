// Lets a stage be raced on a virtual track: which one, when, how often, and by which rules.

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { ApiError, read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { instantIn, typedIn } from "/static/control/plan/local_time.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { checkField, choiceField, formValues, numberField } from "/static/parts/forms/form.js";

const KINDS = ["time_trial", "objects", "head_to_bot"];
const DUEL = "head_to_head";
/** Formats that rank races of two, by matches or by points; the others rank runs. */
const DUEL_FORMATS = ["single_elimination", "double_elimination", "round_robin", "points"];
/** Contact costs resets, too: where two race each other a lap bears more. */
const DUEL_RESETS_MAX = 10;
const S_PER_MIN = 60;
const WEEK_MS = 7 * 24 * 3600 * 1000;
const DEFAULTS = {
  race_kind: "time_trial",
  objects: 0,
  bots: 0,
  bots_change_lanes: false,
  is_played: false,
  laps: 5,
  reset_penalty_s: 2,
  collision_penalty_s: 5,
  resets_max: 3,
  lap_limit_s: 60,
  seed: null,
  submissions_max: 5,
  cool_down_s: 60,
  prizes: "",
};
const NUMBERS = [
  ...["laps", "reset_penalty_s", "collision_penalty_s", "resets_max", "lap_limit_s"],
  ...["submissions_max", "objects", "bots"],
];

class VirtualStageForm extends PageElement {
  static properties = {
    plan: { attribute: false },
    stage: { attribute: false },
    /** Reads the plan anew. */
    reload: { attribute: false },
    tracks: { state: true },
    virtual: { state: true },
    kind: { state: true },
  };

  constructor() {
    super();
    this.tracks = null;
    this.virtual = null;
    this.kind = DEFAULTS.race_kind;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#load();
  }

  async #load() {
    try {
      const [tracks, stages] = await Promise.all([
        read("/tracks"),
        read(`/events/${this.plan.event_id}/stages/virtual`),
      ]);
      this.virtual = stages.find((each) => each.stage_id === this.stage.stage_id) ?? null;
      this.kind = this.virtual?.race_kind ?? this.#kinds[0];
      this.tracks = tracks;
    } catch (error) {
      // A server without numpy has no tracks: then there is nothing to offer.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** What the stage's format can rank. */
  get #kinds() {
    return DUEL_FORMATS.includes(this.stage.format_name) ? [DUEL] : KINDS;
  }

  get #timeZone() {
    return this.plan.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  async #send(event) {
    const values = formValues(event);
    const zone = this.#timeZone;
    const body = {
      track_id: values.track_id === "" ? null : values.track_id,
      is_sealed: values.is_sealed === "on",
      is_played: values.is_played === "on",
      race_kind: this.kind,
      bots_change_lanes: values.bots_change_lanes === "on",
      seed: values.seed === "" ? null : Number(values.seed),
      opens_utc: instantIn(zone, values.opens),
      closes_utc: instantIn(zone, values.closes),
      cool_down_s: Number(values.cool_down_min) * S_PER_MIN,
      prizes: values.prizes,
    };
    for (const name of NUMBERS) if (values[name] !== undefined) body[name] = Number(values[name]);
    const path = `/events/${this.plan.event_id}/stages/${this.stage.stage_id}/virtual`;
    const answer = await submit(this, path, body, t("virtual.planned"), "PUT");
    if (answer === null) return;
    await this.#load();
    this.reload();
  }

  #trackField() {
    const { tracks, virtual } = this;
    const asItIs = virtual === null ? [] : [["", t("virtual.track_as_it_is", { track: virtual.track ?? t("virtual.sealed") })]];
    const options = [...asItIs, ...tracks.map((each) => [each.track_id, each.name])];
    // What was chosen is "as it is" once it is saved: the list begins anew.
    return keyed(
      virtual?.track_sha256 ?? virtual?.track_seal ?? "",
      choiceField(t("virtual.track_label"), "track_id", options, virtual === null ? "demo" : ""),
    );
  }

  #time(label, name, iso) {
    return html`<label class="field">
      <span>${label}</span>
      <input name=${name} type="datetime-local" required .value=${typedIn(this.#timeZone, iso)} />
    </label>`;
  }

  #number(name, value, least, most, step = 1) {
    return numberField(t(`virtual.field_${name}`), name, { value, least, most, step });
  }

  #onTheRoad(rules) {
    if (this.kind === "time_trial") return nothing;
    if (this.kind === DUEL) {
      const how = this.stage.format_name === "points" ? t("virtual.duel_points") : t("virtual.duel_matches");
      return html`<p class="muted">${how}</p>
        ${this.#number("collision_penalty_s", rules.collision_penalty_s, 0, 600, "any")}`;
    }
    const isBots = this.kind === "head_to_bot";
    return html`${
      isBots
        ? html`${this.#number("bots", rules.bots || 3, 1, 12)}
          ${checkField(t("virtual.field_bots_change_lanes"), "bots_change_lanes", rules.bots_change_lanes)}`
        : this.#number("objects", rules.objects || 4, 1, 12)
    }
    ${this.#number("collision_penalty_s", rules.collision_penalty_s, 0, 600, "any")}`;
  }

  #fields() {
    const resets = this.kind === DUEL ? { resets_max: DUEL_RESETS_MAX } : {};
    const rules = { ...DEFAULTS, ...resets, ...this.virtual };
    const kinds = this.#kinds.map((each) => [each, tCode("virtual_kind", each)]);
    const now = new Date().toISOString();
    const later = new Date(Date.now() + WEEK_MS).toISOString();
    return html`${this.#trackField()}
      ${checkField(t("virtual.field_is_sealed"), "is_sealed", this.virtual?.track === null)}
      <div @change=${(event) => (this.kind = event.target.value)}>
        ${choiceField(t("virtual.field_race_kind"), "race_kind", kinds, this.kind)}
      </div>
      ${this.#onTheRoad(rules)} ${this.#number("laps", rules.laps, 1, 100)}
      ${this.#time(t("virtual.field_opens", { zone: this.#timeZone }), "opens", rules.opens_utc ?? now)}
      ${this.#time(t("virtual.field_closes", { zone: this.#timeZone }), "closes", rules.closes_utc ?? later)}
      ${checkField(t("virtual.field_is_played"), "is_played", rules.is_played)}
      ${this.#number("submissions_max", rules.submissions_max, 0, 1000)}
      ${this.#number("cool_down_min", rules.cool_down_s / S_PER_MIN, 0, 10_080, "any")}
      <label class="field">
        <span>${t("virtual.field_prizes")}</span>
        <textarea name="prizes" rows="2" maxlength="500" .value=${rules.prizes}></textarea>
      </label>
      <details class="details">
        <summary>${t("stage.more")}</summary>
        ${this.#number("reset_penalty_s", rules.reset_penalty_s, 0, 600, "any")}
        ${this.#number("resets_max", rules.resets_max, 0, 100)}
        ${this.#number("lap_limit_s", rules.lap_limit_s, 5, 600, "any")}
        ${numberField(t("virtual.field_seed"), "seed", { value: rules.seed ?? "", least: 0, most: 2_147_483_647, isRequired: false })}
      </details>`;
  }

  render() {
    if (this.tracks === null || this.stage.kind === "practice") return nothing;
    const isVirtual = this.virtual !== null;
    return html`<details class="details" data-testid="virtual-stage" ?open=${isVirtual}>
      <summary>${isVirtual ? t("virtual.stage") : t("virtual.make")}</summary>
      <form class="form" @submit=${(event) => this.#send(event)}>
        ${this.#fields()}
        <button class="button button--main">${t("virtual.save")}</button>
      </form>
    </details>`;
  }
}

customElements.define("virtual-stage-form", VirtualStageForm);
