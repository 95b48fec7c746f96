// Says of laps why they were slow: findings, path, curves beside another lap, sectors, actions.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { actionsCard } from "/static/analysis/cards/actions.js";
import { lapByLapCard } from "/static/analysis/cards/lap_by_lap.js";
import { chooser } from "/static/analysis/chooser.js";
import { findingsCard } from "/static/analysis/cards/findings.js";
import { lapsCard } from "/static/analysis/cards/laps_table.js";
import { NOBODY, asOther, complete, heatOf, lapBeside, logOf, ofHeat, ofLog, pathOf } from "/static/analysis/source.js";
import { spreadCard } from "/static/analysis/cards/spread.js";
import { loginFromAddress, perform } from "/static/parts/act.js";
import { signedIn, untilAnswered } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { drivenHeats } from "/static/parts/laps/driven_heats.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/analysis/cards/ghost.js";
import "/static/analysis/cards/logs_card.js";
import "/static/analysis/two_laps.js";
import "/static/parts/banners/page_notice.js";
import "/static/parts/forms/login_form.js";

/** Who runs the boards. */
const CREW = new Set(["marshal", "organiser"]);

class PaddockAnalysis extends PageElement {
  static properties = {
    heats: { state: true },
    logs: { state: true },
    picks: { state: true },
    delta: { state: true },
    isStranger: { state: true },
    isCrew: { state: true },
  };

  #known = new Map();

  constructor() {
    super();
    this.heats = null;
    this.logs = [];
    this.picks = [NOBODY, NOBODY];
    this.delta = null;
    this.isStranger = false;
    this.isCrew = false;
    this.eventId = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("notice", (event) => this.querySelector("page-notice").show(event.detail));
    this.addEventListener("logged-in", () => this.#open());
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    await this.#open();
  }

  /** The address says which laps: event, heat, entry, lap or log, lap; those beside end in 2. */
  async #open() {
    const asked = new URLSearchParams(location.search);
    try {
      this.logs = await untilAnswered(() => read("/training-logs"));
      this.eventId = asked.get("event") ?? (await untilAnswered(() => read("/events/active"))).event_id;
      this.heats = this.eventId === null ? [] : await untilAnswered(() => drivenHeats(this.eventId));
      this.isStranger = false;
      this.isCrew = CREW.has((await signedIn())?.role);
      await this.#pickAsked(asked);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.isStranger = error.needsLogin;
      if (!error.needsLogin) this.querySelector("page-notice").show({ text: error.message, isError: true });
    }
  }

  async #pickAsked(asked) {
    const of = (suffix) => {
      const [heat, log] = [asked.get(`heat${suffix}`), asked.get(`log${suffix}`)];
      const source = log !== null ? ofLog(log) : heat !== null ? ofHeat(heat) : null;
      const lap = asked.get(`lap${suffix}`);
      return { source, entryId: asked.get(`entry${suffix}`), lap: lap === null ? null : Number(lap) };
    };
    const first = of("");
    first.source ??= this.heats.length > 0 ? ofHeat(this.heats[0].heat_id) : this.#newestLog;
    if (first.source === null) return;
    await this.#pick(0, first);
    const second = of("2");
    if (second.source !== null) await this.#pick(1, second);
  }

  get #newestLog() {
    return this.logs.length > 0 ? ofLog(this.logs[0].log_id) : null;
  }

  /** Changes a side; with the first, the one beside it becomes its run's best where it was its own. */
  async #pick(side, changed) {
    const before = this.picks[side];
    const pick = await complete(this.eventId, { ...before, ...changed }, this.#known);
    const picks = [...this.picks];
    picks[side] = pick;
    const isOther = side === 0 && (before.source !== pick.source || before.entryId !== pick.entryId);
    if (side === 0 && pick.run !== null && (isOther || picks[1].source === null)) {
      picks[1] = await this.#beside(pick);
    }
    this.delta = await this.#deltaOf(picks);
    this.picks = picks;
    this.#remember();
  }

  async #beside(pick) {
    const lap = lapBeside(pick.run, pick.lap);
    if (lap === null) return NOBODY;
    return complete(this.eventId, { ...pick, lap }, this.#known);
  }

  async #deltaOf([first, second]) {
    if (first.curves === null || second.curves === null) return null;
    const path = `${pathOf(this.eventId, first)}/laps/${first.lap}/delta`;
    return read(`${path}?${asOther(this.eventId, second)}`);
  }

  #choose(side, changed) {
    return perform(this, () => this.#pick(side, changed));
  }

  #remember() {
    const told = new URLSearchParams();
    if (this.eventId !== null) told.set("event", this.eventId);
    this.picks.forEach((pick, side) => {
      const suffix = side === 0 ? "" : "2";
      if (logOf(pick) !== null) told.set(`log${suffix}`, logOf(pick));
      if (heatOf(pick) !== null) told.set(`heat${suffix}`, heatOf(pick));
      if (pick.entryId !== null) told.set(`entry${suffix}`, pick.entryId);
      if (pick.lap !== null) told.set(`lap${suffix}`, pick.lap);
    });
    history.replaceState(null, "", `/analysis?${told}`);
  }

  async #logsChanged(log) {
    this.logs = (await perform(this, () => read("/training-logs"))) ?? this.logs;
    const isGone = (pick) => logOf(pick) !== null && !this.logs.some((each) => each.log_id === logOf(pick));
    if (log !== null) return this.#showLog(log);
    if (!this.picks.some(isGone)) return undefined;
    this.picks = [NOBODY, NOBODY];
    return perform(this, () => this.#pickAsked(new URLSearchParams()));
  }

  /** The list of logs is at the page's end, what they say at its beginning. */
  async #showLog({ log_id: id }) {
    await this.#choose(0, { source: ofLog(id), entryId: null, lap: null });
    this.querySelector(".choosers")?.scrollIntoView({ block: "start" });
  }

  #swap() {
    this.picks = this.picks.toReversed();
    perform(this, async () => {
      this.delta = await this.#deltaOf(this.picks);
      this.#remember();
    });
  }

  #choosers() {
    const there = { heats: this.heats, logs: this.logs };
    const [first, second] = this.picks;
    return html`<section class="panel panel--wide choosers">
      <div class="chooser" role="group" aria-labelledby="lap-mine">
        <h2 class="panel__head" id="lap-mine"><span class="key key--0" aria-hidden="true"></span>${t("analysis.this_lap")}</h2>
        ${chooser(there, first, (changed) => this.#choose(0, changed))}
      </div>
      <div class="chooser" role="group" aria-labelledby="lap-other">
        <h2 class="panel__head" id="lap-other"><span class="key key--1" aria-hidden="true"></span>${t("analysis.against")}</h2>
        ${
          second.source === null
            ? html`<p class="muted">${t("analysis.no_other")}</p>
                <button class="button" ?disabled=${first.source === null} @click=${() => this.#choose(1, { source: first.source })}>${t("replay.beside")}</button>`
            : chooser(there, second, (changed) => this.#choose(1, changed))
        }
      </div>
      ${second.curves === null ? nothing : html`<button class="button" @click=${() => this.#swap()}>${t("analysis.swap")}</button>`}
    </section>`;
  }

  /** A finding holds its lap against the best one: both are set, and what shows it comes in sight. */
  async #lookAt(lap) {
    const { run, source, entryId } = this.picks[0];
    await this.#choose(0, { lap });
    if (run.best_lap !== null && run.best_lap !== lap) await this.#choose(1, { source, entryId, lap: run.best_lap });
    this.querySelector("[data-testid=curves]")?.scrollIntoView({ block: "nearest" });
  }

  #files(pick) {
    const path = `/api/v1${pathOf(this.eventId, pick)}/decisions`;
    return html`<section class="panel" data-testid="files">
      <h2 class="panel__head">${t("analysis.files")}</h2>
      <p class="muted">${t("analysis.files_told")}</p>
      <p class="files">
        <a class="button" download href="${path}.csv">CSV</a>
        ${pick.run.has_parquet ? html`<a class="button" download href="${path}.parquet">Parquet</a>` : nothing}
      </p>
      ${pick.run.has_parquet ? nothing : html`<p class="muted">${t("analysis.no_parquet")}</p>`}
    </section>`;
  }

  #body() {
    if (this.isStranger) {
      return html`<section class="panel panel--stranger">
        <p>${t("replay.stranger")}</p>
        <login-form></login-form>
      </section>`;
    }
    if (this.heats === null) return nothing;
    const [first] = this.picks;
    const logs = html`<logs-card .logs=${this.logs} .changed=${(log) => this.#logsChanged(log)}></logs-card>`;
    if (first.source === null) return html`<p class="empty">${t("analysis.nothing")}</p>${logs}`;
    if (first.run === null) return html`${this.#choosers()}<p class="empty">${t("analysis.no_laps")}</p>${logs}`;
    return html`${this.#choosers()} ${findingsCard(first.run, (lap) => this.#lookAt(lap))}
      <two-laps .picks=${this.picks} .delta=${this.delta}></two-laps>
      ${lapsCard(first, (lap) => this.#choose(0, { lap }))} ${lapByLapCard(first)} ${spreadCard(first.run)}
      ${actionsCard(first.run)}
      <div class="stack">${this.#files(first)} ${this.#ghost(first)} ${logs}</div>`;
  }

  /** Only a lap whose way is known can drive along; the server knows whether it is one on that map. */
  #ghost({ run, lap, entryId, source }) {
    if (!this.isCrew || !run.has_positions || heatOf({ source }) === null) return nothing;
    const choice = { event_id: this.eventId, heat_id: heatOf({ source }), entry_id: entryId, lap };
    return html`<ghost-card .choice=${choice}></ghost-card>`;
  }

  /** The same laps as the car saw them, where a car did. */
  get #replay() {
    const [pick] = this.picks;
    if (heatOf(pick) === null || pick.entryId === null) return null;
    const asked = new URLSearchParams({ event: this.eventId, heat: heatOf(pick), entry: pick.entryId, lap: pick.lap ?? 0 });
    return `/replay?${asked}`;
  }

  render() {
    return html`<header class="bar">
        ${wordmark}
        <h1>${t("analysis.title")}</h1>
        ${this.#replay === null ? nothing : html`<a class="button" href=${this.#replay}>${t("replay.watch")}</a>`}
        ${this.eventId === null ? nothing : html`<a class="button" href="/results?event=${this.eventId}">${t("page.results")}</a>`}
      </header>
      <main>${this.#body()}</main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("paddock-analysis", PaddockAnalysis);
