// The running order: whole rounds at once, or one heat by hand.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { starters } from "/static/view_model.js";
import { equip } from "/static/control/plan/queue_card.js";
import { carTurns, heatless } from "/static/control/plan/running_order.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { checkField, choiceField, formValues, numberField } from "/static/parts/forms/form.js";

/** Their heats are the matches of the drawn field, planned where the field is. */
const MATCH_FORMATS = ["single_elimination", "double_elimination", "round_robin"];
const ROUNDS_MOST = 20;
const NAMES_TOLD = 6;
/** As many rounds as the stage's rule gives runs; one where it gives any number. */
const roundsOf = (stage) => Math.min(stage.runs_max || 1, ROUNDS_MOST);
const ORDERS = ["number", "balanced", "reverse", "standings", "seed"];

class RoundsCard extends PageElement {
  static properties = {
    plan: { attribute: false },
    stages: { attribute: false },
    heats: { attribute: false },
    entries: { attribute: false },
    cars: { attribute: false },
    reload: { attribute: false },
    act: { attribute: false },
    stageId: { state: true },
    order: { state: true },
  };

  constructor() {
    super();
    this.stageId = null;
    this.order = "number";
  }

  /** Those whose heats are planned: on a virtual track a heat comes of what drivers submit. */
  get #planned() {
    return this.stages.filter((each) => !each.is_virtual);
  }

  get #stage() {
    const stages = this.#planned;
    return stages.find((each) => each.stage_id === this.stageId) ?? stages.at(-1);
  }

  /** Each of the heats that were planned gets its car; one refusal ends it. */
  async #giveCars(heatIds) {
    const { plan, entries, cars } = this;
    const heats = await perform(this, () => read(`/events/${plan.event_id}/heats`));
    const act = (path, body) => submit(this, path, body);
    for (const [heat, entryId, carId] of carTurns(plan, heats ?? [], heatIds, cars)) {
      await equip(plan, heat, entryId, carId, { act, host: this, entries });
    }
    await this.reload();
  }

  async #planRounds(event) {
    const values = formValues(event);
    const body = {
      order: this.order,
      rounds_n: Number(values.rounds_n),
      is_checked_in_only: values.is_checked_in_only === "on",
      has_lanes: values.has_lanes === "on",
      ...(values.from_stage_id ? { from_stage_id: values.from_stage_id } : {}),
    };
    const path = `/events/${this.plan.event_id}/stages/${this.#stage.stage_id}/rounds`;
    const done = ({ heat_ids: heats }) => t("plan.rounds_planned", { count: heats?.length ?? 0 });
    const planned = await this.act(path, body, done);
    if (planned !== null && values.has_turns === "on") await this.#giveCars(planned.heat_ids ?? []);
  }

  #addHeat(event) {
    event.preventDefault();
    const entryIds = new FormData(event.target).getAll("entry_id").filter(Boolean);
    const body = { stage_id: this.#stage.stage_id, entry_ids: entryIds };
    return this.act(`/events/${this.plan.event_id}/heats`, body, t("plan.heat_added"));
  }

  #roundsForm(stage) {
    const { order, stages } = this;
    const ranked = stages.filter((each) => each.kind !== "practice");
    const orders = ORDERS.filter((each) => each !== "seed" || stage.field !== null);
    return html`<form class="form" @submit=${(event) => this.#planRounds(event)}>
      <label class="field">
        <span>${t("plan.order")}</span>
        <select name="order" @change=${(event) => (this.order = event.target.value)}>
          ${orders.map((each) => html`<option value=${each} ?selected=${each === order}>${tCode("order", each)}</option>`)}
        </select>
      </label>
      <p class="muted">${tCode("order_about", order)}</p>
      ${
        order === "standings" && ranked.length > 0
          ? choiceField(
              t("plan.standings_of"),
              "from_stage_id",
              ranked.map((each) => [each.stage_id, each.title]),
              ranked.at(-1).stage_id,
            )
          : nothing
      }
      ${numberField(t("plan.rounds"), "rounds_n", { value: roundsOf(stage), least: 1, most: ROUNDS_MOST })}
      ${checkField(t("plan.only_here"), "is_checked_in_only")}
      ${stage.cars_max > 1 ? checkField(t("plan.with_lanes"), "has_lanes", true) : nothing}
      ${stage.cars_max === 1 && this.cars.length > 0 ? checkField(t("plan.cars_in_turn"), "has_turns", true) : nothing}
      <button class="button button--main">${t("plan.plan_rounds")}</button>
    </form>`;
  }

  /** Who signed up behind the planning: nobody would call them. */
  #heatless(stage) {
    if (stage.is_open || stage.kind === "practice" || this.heats.length === 0) return nothing;
    const names = heatless(this.plan, this.heats, stage.stage_id).map((entry) => entry.name);
    if (names.length === 0) return nothing;
    const told = { count: names.length, names: names.slice(0, NAMES_TOLD).join(", ") };
    const text =
      names.length > NAMES_TOLD ? t("plan.heatless_many", told) : t("plan.heatless", told);
    return html`<p class="notice-line" role="status" data-testid="heatless"><bdi>${text}</bdi></p>`;
  }

  #heatForm(stage, entries) {
    const places = Array.from({ length: stage.cars_max }, (_, at) => at);
    const empty = stage.cars_max > 1 || stage.kind === "practice" ? [["", t("plan.nobody")]] : [];
    const names = [...empty, ...entries.map((entry) => [entry.entry_id, `${entry.number} ${entry.name}`])];
    return html`<details class="details">
      <summary>${t("plan.one_heat")}</summary>
      <form class="form form--line" @submit=${(event) => this.#addHeat(event)}>
        ${places.map((at) =>
          choiceField(
            stage.cars_max > 1 ? t("plan.entry_number", { number: at + 1 }) : t("plan.entry"),
            "entry_id",
            names,
          ),
        )}
        <button class="button">${t("plan.add_heat")}</button>
      </form>
    </details>`;
  }

  #forms() {
    const stages = this.#planned;
    const stage = this.#stage;
    const entries = starters(this.plan);
    return html`${
      stages.length < 2
        ? nothing
        : html`<label class="field">
            <span>${t("plan.stage")}</span>
            <select @change=${(event) => (this.stageId = event.target.value)}>
              ${stages.map((each) => html`<option value=${each.stage_id} ?selected=${each === stage}>${each.title}</option>`)}
            </select>
          </label>`
    }
    ${stage.is_open ? html`<p class="muted">${t("plan.open_stage")}</p>` : nothing}
    ${
      MATCH_FORMATS.includes(stage.format_name)
        ? html`<p class="muted">${t("plan.matches_elsewhere")}</p>`
        : html`${this.#heatless(stage)} ${this.#roundsForm(stage)} ${this.#heatForm(stage, entries)}`
    }`;
  }

  render() {
    const isReady = this.#planned.length > 0 && starters(this.plan).length > 0;
    if (this.stages.length > 0 && this.#planned.length === 0) return nothing;
    return html`<section class="card" data-testid="rounds">
      <h2 class="card__title">${t("plan.running_order")}</h2>
      ${isReady ? this.#forms() : html`<p class="muted">${t("plan.heats_need")}</p>`}
    </section>`;
  }
}

customElements.define("rounds-card", RoundsCard);
