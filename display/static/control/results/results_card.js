// The results of any event, the one that is open and those that are over.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { NO_VALUE } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { CLOSE, penaltyText, value } from "/static/parts/standings/worth.js";

/** What is behind a row's place: laps, what told it apart, its penalties, how close it was. */
function notes(row) {
  const { decided_by: code } = row;
  return [
    t("standings.laps", { count: row.laps.length }),
    code === null ? "" : t("standings.decided_by", { what: tCode("tie_break", code) }),
    penaltyText(row),
    row.is_close ? `${CLOSE} ${t("standings.close")}` : "",
  ]
    .filter((note) => note !== "")
    .join(" · ");
}

class ResultsCard extends PageElement {
  static properties = {
    events: { state: true },
    stages: { state: true },
    rows: { state: true },
  };

  constructor() {
    super();
    this.events = [];
    this.stages = [];
    this.rows = null;
  }

  async #open(event) {
    if (!event.target.open) return;
    const events = await perform(this, () => read("/events"));
    this.events = events?.toReversed() ?? [];
    if (this.rows === null && this.events.length > 0) await this.#choose(this.events[0].event_id);
  }

  async #choose(eventId) {
    this.eventId = eventId;
    const path = `/events/${encodeURIComponent(eventId)}`;
    const found = await perform(this, () =>
      Promise.all([read(`${path}/stages`), read(`${path}/standings`)]),
    );
    if (found === null || this.eventId !== eventId) return;
    const [stages, results] = found;
    this.stages = stages;
    this.rows = results.standings;
  }

  async #chooseStage(stageId) {
    const { eventId } = this;
    const path = `/events/${encodeURIComponent(eventId)}/standings`;
    const query = stageId === "" ? "" : `?stage_id=${encodeURIComponent(stageId)}`;
    const results = await perform(this, () => read(`${path}${query}`));
    if (results !== null && this.eventId === eventId) this.rows = results.standings;
  }

  #eventChoice() {
    return html`<label class="field">
      <span>${t("plan.event")}</span>
      <select @change=${(event) => this.#choose(event.target.value)}>
        ${this.events.map((each) => html`<option value=${each.event_id}>${each.name}</option>`)}
      </select>
    </label>`;
  }

  #stageChoice() {
    if (this.stages.length < 2) return nothing;
    return html`<label class="field">
      <span>${t("plan.stage")}</span>
      <select @change=${(event) => this.#chooseStage(event.target.value)}>
        <option value="">${t("results.newest_stage")}</option>
        ${this.stages.map((stage) => html`<option value=${stage.stage_id}>${stage.title}</option>`)}
      </select>
    </label>`;
  }

  #table() {
    const { rows } = this;
    if (rows === null) return nothing;
    if (rows.length === 0) return html`<p class="muted">${t("standings.empty")}</p>`;
    return html`<ol class="rows" data-testid="results">
      ${rows.map(
        (row) =>
          html`<li class="row">
            <strong class="digits">${row.is_ranked ? row.rank : NO_VALUE}</strong>
            <span class="row__main"
              ><bdi>${row.driver}</bdi>
              <span class="muted"
                >${row.car === null ? nothing : html`<bdi>${row.car}</bdi> · `}${notes(row)}</span
              ></span
            >
            <strong class="digits">${value(row)}</strong>
          </li>`,
      )}
    </ol>`;
  }

  render() {
    return html`<section class="card">
      <details class="details" @toggle=${(event) => this.#open(event)}>
        <summary><h2 class="card__title">${t("results.title")}</h2></summary>
        ${
          this.events.length === 0
            ? html`<p class="muted">${t("results.none")}</p>`
            : html`<div class="form">
                ${this.#eventChoice()} ${this.#stageChoice()} ${this.#table()}
              </div>`
        }
      </details>
    </section>`;
  }
}

customElements.define("results-card", ResultsCard);
