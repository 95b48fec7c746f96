// The start list of a stage, and the times that it is planned for.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { instantIn } from "/static/control/plan/local_time.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues, numberField } from "/static/parts/forms/form.js";
import { REFRESH_MS, startList, startListCause } from "/static/parts/standings/start_list.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const S_PER_MIN = 60;

class StartListCard extends PageElement {
  static properties = {
    plan: { attribute: false },
    stages: { attribute: false },
    act: { attribute: false },
    stageId: { state: true },
    list: { state: true },
  };

  #cause = "";

  constructor() {
    super();
    this.stageId = null;
    this.list = null;
    everyWhileShown(this, REFRESH_MS, () => this.#load());
  }

  willUpdate(changed) {
    if (!changed.has("plan") && !changed.has("stages")) return;
    const cause = startListCause(this.plan);
    if (!changed.has("stages") && cause === this.#cause) return;
    this.#cause = cause;
    this.#load();
  }

  /** The stage that was chosen, else the one that the event is in. */
  get #stage() {
    const { stages } = this;
    const stageId = this.stageId ?? this.plan.stage?.stage_id;
    return stages.find((each) => each.stage_id === stageId) ?? stages.at(-1) ?? null;
  }

  async #load() {
    const stage = this.#stage;
    if (stage === null) {
      this.list = null;
      return;
    }
    const path = `/events/${this.plan.event_id}/stages/${stage.stage_id}/start-list`;
    const list = await perform(this, () => read(path));
    if (this.#stage?.stage_id === stage.stage_id) this.list = list;
  }

  #choose(stageId) {
    this.stageId = stageId;
    this.#load();
  }

  #schedule(event) {
    const { starts, slot_min: slotMin } = formValues(event);
    const path = `/events/${this.plan.event_id}/stages/${this.#stage.stage_id}/schedule`;
    const body = {
      starts_utc: instantIn(this.list.time_zone, starts),
      slot_s: Number(slotMin) * S_PER_MIN,
    };
    return this.act(path, body, t("start.scheduled"));
  }

  #scheduleForm() {
    return html`<form class="form form--line" @submit=${(event) => this.#schedule(event)}>
      <label class="field field--instant">
        <span>${t("start.first", { zone: this.list.time_zone })}</span>
        <input name="starts" type="datetime-local" required />
      </label>
      ${numberField(t("start.slot"), "slot_min", { value: 5, least: 0, most: 1440, step: "any" })}
      <button class="button">${t("start.set")}</button>
    </form>`;
  }

  render() {
    const { stages, list } = this;
    const stage = this.#stage;
    if (stage === null || list === null) return nothing;
    return html`<section class="card">
      <h2 class="card__title">${t("nav.start_list")}</h2>
      ${
        stages.length < 2
          ? nothing
          : html`<label class="field">
              <span>${t("plan.stage")}</span>
              <select @change=${(event) => this.#choose(event.target.value)}>
                ${stages.map((each) => html`<option value=${each.stage_id} ?selected=${each === stage}>${each.title}</option>`)}
              </select>
            </label>`
      }
      ${startList(list, stage, this.plan.entries)}
      <details class="details">
        <summary>${t("start.times")}</summary>
        ${this.#scheduleForm()}
      </details>
      <a class="button" href="/start-list">${t("start.page")}</a>
    </section>`;
  }
}

customElements.define("start-list-card", StartListCard);
