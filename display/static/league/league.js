// Virtual races for everybody: what is open or coming, who leads, and who comes nearest on the track.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { stageCard } from "/static/league/stage_card.js";
import { signedIn, untilAnswered } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/league/nearest.js";

/** While something waits or runs; and while nothing does. */
const SOON_MS = 3000;
const LATER_MS = 20_000;
const STALE_MS = 1500;

class PaddockVirtual extends PageElement {
  static properties = {
    told: { state: true },
    nearest: { state: true },
    shapes: { state: true },
    maySeeLaps: { state: true },
  };

  #timer = null;

  constructor() {
    super();
    this.told = null;
    this.nearest = [];
    this.shapes = new Map();
    this.ahead = 0;
    this.maySeeLaps = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#look();
    this.#findOut();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  async #look() {
    clearTimeout(this.#timer);
    const [told, nearest] = await untilAnswered(() => Promise.all([read("/virtual"), read("/virtual/sim-to-real")]));
    this.ahead = Date.parse(told.now_utc) - Date.now();
    [this.told, this.nearest] = [told, nearest];
    if (!this.isConnected) return;
    this.#timer = setTimeout(() => this.#look(), told.waiting + told.running > 0 ? SOON_MS : LATER_MS);
    await this.#findTracks();
  }

  async #findOut() {
    this.maySeeLaps = (await signedIn()) !== null;
  }

  /** What the server tells may be a second old: at the turn of a phase that would be the phase before. */
  #lookSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), STALE_MS);
  }

  /** Each track once: it is what it was when the stage was planned. */
  async #findTracks() {
    for (const { event_id: eventId, stages } of this.told.leagues) {
      for (const { stage } of stages) {
        const { track_sha256: sha256, stage_id: stageId } = stage;
        if (sha256 === null || this.shapes.has(sha256)) continue;
        const shape = await this.#shapeOf(`/events/${eventId}/stages/${stageId}/virtual/track`);
        this.shapes = new Map(this.shapes).set(sha256, shape);
      }
    }
  }

  /** A server that can't measure tracks tells their names alone. */
  async #shapeOf(path) {
    try {
      return await read(path);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return null;
    }
  }

  #league({ event_id: eventId, event_name: name, stages }) {
    const card = (each) =>
      stageCard(eventId, each, {
        shape: this.shapes.get(each.stage.track_sha256) ?? null,
        ahead: this.ahead,
        over: () => this.#lookSoon(),
        maySeeLaps: this.maySeeLaps,
      });
    return html`<section class="league" data-testid="league">
      <header class="league__head">
        <h2 class="league__name"><bdi>${name}</bdi></h2>
        <a class="button button--small" href=${`/results?event=${encodeURIComponent(eventId)}`}>${t("nav.results")}</a>
      </header>
      <div class="league__stages">${stages.map(card)}</div>
    </section>`;
  }

  #body() {
    const { told, nearest } = this;
    if (told === null) return nothing;
    const queue =
      told.waiting + told.running === 0
        ? nothing
        : html`<p class="league__queue digits" data-testid="queue">
            ${t("virtual.counts", { waiting: told.waiting, running: told.running })}
          </p>`;
    return html`${queue}
      ${told.leagues.length === 0 ? html`<section class="card"><p>${t("league.none")}</p><a class="button" href="/results">${t("nav.results")}</a></section>` : told.leagues.map((each) => this.#league(each))}
      <nearest-card .tracks=${nearest}></nearest-card>`;
  }

  render() {
    return html`<header class="control__header">
        ${wordmark}
        <a class="button button--small" href="/me">${t("nav.me")}</a>
        <a class="button button--small" href="/">${t("season.to_board")}</a>
      </header>
      <main class="control__main league-page">
        <h1 class="headline">${t("virtual.title")}</h1>
        <p class="lead">${t("league.lead")}</p>
        ${this.#body()}
      </main>`;
  }
}

await loadLanguage();
customElements.define("paddock-virtual", PaddockVirtual);
