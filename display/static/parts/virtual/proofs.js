// An event's virtual runs: what proves each, and what the server got when it drove it again.

import { html, nothing } from "lit";
import { ApiError, command, read, session } from "/static/api.js";
import { dateAndTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const LOOK_MS = 2000;
const UNDECIDED = ["waiting", "running"];
const MAY_ASK = ["organiser", "marshal"];
const SIGNS = { none: "", waiting: "…", running: "…", identical: "✓", changed: "✗", apart: "≠" };
const SHORT = 12;

/** What came of a run that was driven again, in a sentence. */
function words({ outcome, model_sha256: model, track_sha256: track }) {
  const { state, fact_seq: seq, fact_kind: kind, recorded, computed, apart, facts, laps, resets } = outcome;
  const parts = apart.map(({ name, then, here }) =>
    t("proof.part", { name: tCode("simulator", name), then: then.slice(0, SHORT), here: here.slice(0, SHORT) }),
  );
  const isSame = seq === null ? t("proof.same_laps") : t("proof.other_laps", { seq });
  const params = { seq, kind, recorded, computed, facts, laps, resets, parts: parts.join("; "), same: isSame };
  const file = { no_model: model, no_track: track }[state]?.slice(0, SHORT);
  return tCode("proof_note", state, { ...params, file }, outcome.sentence);
}

const provenance = ({ track, seed, model_sha256: model, track_sha256: line, simulator }) => [
  [t("virtual.track_label"), track],
  [t("proof.seed"), seed],
  [t("proof.model"), model],
  [t("proof.track"), line],
  [t("simulator.source_sha256"), simulator.source_sha256],
  [t("simulator.architecture"), simulator.architecture],
  [t("proof.versions"), ["python", "numpy", "opencv", "onnxruntime"].map((each) => `${each} ${simulator[each]}`).join(", ")],
];

class RunProofs extends PageElement {
  static properties = {
    eventId: { attribute: false },
    told: { state: true },
    mayAsk: { state: true },
  };

  #timer = null;

  constructor() {
    super();
    this.eventId = null;
    this.told = null;
    this.mayAsk = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#whoIsThis();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  willUpdate(changed) {
    if (!changed.has("eventId")) return;
    this.told = null;
    if (this.eventId !== null) this.#look();
  }

  get #path() {
    return `/events/${encodeURIComponent(this.eventId)}/results/proofs`;
  }

  async #whoIsThis() {
    const who = await session();
    this.mayAsk = MAY_ASK.includes(who?.role);
  }

  async #look() {
    clearTimeout(this.#timer);
    const { eventId } = this;
    try {
      const told = await read(this.#path);
      if (this.eventId === eventId) this.told = told;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    this.#lookAgain();
  }

  /** Only while something is under way. */
  #lookAgain() {
    const isUnderWay = this.told?.runs.some(({ outcome }) => UNDECIDED.includes(outcome.state));
    if (isUnderWay && this.isConnected) this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  async #ask(heatIds) {
    const told = await perform(this, () => command(this.#path, { heat_ids: heatIds }), t("proof.asked"));
    if (told === null) return;
    clearTimeout(this.#timer);
    this.told = told;
    this.#lookAgain();
  }

  #button(run) {
    const { state } = run.outcome;
    if (!this.#canAsk || UNDECIDED.includes(state)) return nothing;
    return html`<button class="button" @click=${() => this.#ask([run.heat_id])}>${t("proof.drive_again")}</button>`;
  }

  get #canAsk() {
    return this.mayAsk && this.told.is_open;
  }

  #row(run) {
    const { state, checked_utc: checked } = run.outcome;
    return html`<li class="proof" data-heat=${run.heat_id}>
      <div class="proof__main">
        <strong><bdi>${t("proof.heat", { number: run.heat_number })} · ${run.driver}</bdi></strong>
        <span class="proof__state proof__state--${state}" data-state=${state}
          ><span aria-hidden="true">${SIGNS[state] ?? "?"}</span> ${tCode("proof_state", state)}</span
        >
        <p class="proof__note">
          ${words(run)} ${checked === null ? nothing : t("proof.checked", { when: dateAndTime(checked, language()) })}
        </p>
        <details class="details proof__details">
          <summary>${t("proof.what_proves_it")}</summary>
          <dl class="proof__facts">
            ${provenance(run).map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}
          </dl>
        </details>
      </div>
      ${this.#button(run)}
    </li>`;
  }

  /** How many there are of each, so that a long list needs no reading. */
  #counts(runs) {
    const identical = runs.filter(({ outcome }) => outcome.state === "identical").length;
    const changed = runs.filter(({ outcome }) => outcome.state === "changed").length;
    const counts = { all: runs.length, identical };
    return html`<p role="status">
      ${t("proof.counts", counts)}
      ${changed === 0 ? nothing : html`<strong class="proof__wrong">${t("proof.counts_changed", { changed })}</strong>`}
    </p>`;
  }

  render() {
    const { told } = this;
    if (told === null || told.runs.length === 0) return nothing;
    const all = html`<button class="button" @click=${() => this.#ask(null)}>${t("proof.drive_all_again")}</button>`;
    return html`<section class="card proofs" data-testid="proofs">
      <h2 class="card__title">${t("proof.title")}</h2>
      <p>${t("proof.hint")}</p>
      ${this.#counts(told.runs)} ${this.#canAsk ? all : nothing}
      <ol class="proofs__list">
        ${told.runs.map((run) => this.#row(run))}
      </ol>
    </section>`;
  }
}

customElements.define("run-proofs", RunProofs);
