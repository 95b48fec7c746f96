// Plays a lap as a car recorded it, side by side with another: frame, action, latency, place.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { loginFromAddress, perform, submit } from "/static/parts/act.js";
import { signedIn, untilAnswered } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { drivenHeats } from "/static/parts/laps/driven_heats.js";
import { wordmark } from "/static/parts/wordmark.js";
import { bestLap, chooser, playable } from "/static/replay/chooser.js";
import { panel } from "/static/replay/panel.js";
import { instantsOf, leading } from "/static/replay/in_step.js";
import { shareOfNeighbour } from "/static/replay/track_of_time.js";
import { transport } from "/static/replay/transport.js";
import "/static/replay/both_on_map.js";
import "/static/parts/forms/login_form.js";
import "/static/parts/banners/page_notice.js";

const NOBODY = { heatId: null, entryId: null, lap: null, heat: null, run: null, trace: null };

class PaddockReplay extends PageElement {
  static properties = {
    picks: { state: true },
    heats: { state: true },
    share: { state: true },
    isPlaying: { state: true },
    speed: { state: true },
    isRace: { state: true },
    isStranger: { state: true },
    isOrganiser: { state: true },
  };

  #frame = null;
  #lastMs = null;

  constructor() {
    super();
    this.picks = [NOBODY];
    this.heats = null;
    this.share = 0;
    this.isPlaying = false;
    this.speed = 1;
    this.isRace = false;
    this.isStranger = false;
    this.isOrganiser = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.addEventListener("logged-in", () => this.#open());
    this.onKey = (event) => this.#press(event);
    document.addEventListener("keydown", this.onKey);
    this.#begin();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.onKey);
    cancelAnimationFrame(this.#frame);
  }

  async #begin() {
    await loginFromAddress(this);
    await this.#open();
  }

  /** The address says which laps: event, heat, entry, lap, and heat2, entry2, lap2 beside them. */
  async #open() {
    const asked = new URLSearchParams(location.search);
    try {
      this.eventId = asked.get("event") ?? (await untilAnswered(() => read("/events/active"))).event_id;
      if (this.eventId === null) {
        this.heats = [];
        return;
      }
      this.heats = await untilAnswered(() => drivenHeats(this.eventId));
      this.isOrganiser = (await signedIn())?.role === "organiser";
      await this.#pickAsked(asked);
      this.isStranger = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.isStranger = error.needsLogin;
      if (!error.needsLogin) this.querySelector("page-notice").show({ text: error.message, isError: true });
    }
  }

  async #pickAsked(asked) {
    const of = (suffix) => ({
      heatId: asked.get(`heat${suffix}`),
      entryId: asked.get(`entry${suffix}`),
      lap: asked.has(`lap${suffix}`) ? Number(asked.get(`lap${suffix}`)) : null,
    });
    const first = of("");
    first.heatId ??= this.heats[0]?.heat_id ?? null;
    this.picks = [NOBODY];
    if (first.heatId !== null) await this.#pick(0, first);
    if (asked.has("heat2")) await this.#pick(1, of("2"));
  }

  /** Changes what a side shows; what isn't said is chosen: the first driver, the best lap. */
  async #pick(side, changed) {
    const before = this.picks[side] ?? NOBODY;
    const pick = { ...before, ...changed };
    if (pick.heatId !== before.heatId || pick.heat === null) {
      pick.heat = await read(`/events/${this.eventId}/heats/${pick.heatId}/replay`);
    }
    const runs = playable(pick.heat);
    pick.run = runs.find((run) => run.entry_id === pick.entryId) ?? runs[0] ?? null;
    pick.entryId = pick.run?.entry_id ?? null;
    Object.assign(pick, { trace: null, curves: null, analysis: null });
    if (pick.run !== null) {
      pick.lap ??= bestLap(pick.run);
      const path = `/events/${this.eventId}/heats/${pick.heatId}/runs/${pick.entryId}`;
      const trace = await read(`${path}/laps/${pick.lap}/replay`);
      pick.trace = { ...trace, isUnrelated: pick.lap !== 0 && trace.lap === 0 };
      if (trace.lap !== 0) {
        const both = [`${path}/analysis`, `${path}/laps/${pick.lap}/curves`];
        [pick.analysis, pick.curves] = await Promise.all(both.map(read));
      }
    }
    const picks = [...this.picks];
    picks[side] = pick;
    this.picks = picks;
    this.#remember();
  }

  #choose(side, changed) {
    return perform(this, () => this.#pick(side, changed));
  }

  /** Nothing brings it back, so it is asked first; each side then shows what is left. */
  async #remove(record, { heat, run }) {
    const asked = t("replay.delete_sure", { number: heat.number, name: run.driver });
    if (!confirm(asked)) return;
    const path = `/events/${this.eventId}/records/${record.record_id}`;
    if ((await submit(this, path, {}, t("replay.deleted"), "DELETE")) === null) return;
    const before = this.picks;
    this.picks = before.map((pick) => ({ ...NOBODY, heatId: pick.heatId }));
    for (const [side, { heatId, entryId }] of before.entries())
      await this.#choose(side, { heatId, entryId });
  }

  #remember() {
    const told = new URLSearchParams({ event: this.eventId });
    this.picks.forEach((pick, side) => {
      const suffix = side === 0 ? "" : "2";
      if (pick.heatId !== null) told.set(`heat${suffix}`, pick.heatId);
      if (pick.entryId !== null) told.set(`entry${suffix}`, pick.entryId);
      if (pick.lap !== null) told.set(`lap${suffix}`, pick.lap);
    });
    history.replaceState(null, "", `/replay?${told}`);
  }

  /** A second side begins with what the first shows, to be changed from there. */
  #beside() {
    if (this.picks.length > 1) {
      this.picks = [this.picks[0]];
      this.#remember();
      return;
    }
    const { heatId, entryId, lap, heat, run } = this.picks[0];
    const other = playable(heat).find((each) => each.entry_id !== entryId);
    const otherLap = run?.laps.find((each) => each.number !== lap)?.number ?? lap;
    this.#choose(
      1,
      other === undefined
        ? { heatId, entryId, lap: otherLap }
        : { heatId, entryId: other.entry_id, lap: null },
    );
  }

  /** The longest lap is played in its own time; the other goes along with it. */
  get #longest() {
    return leading(this.picks)?.trace ?? null;
  }

  #seek(share) {
    this.share = Math.min(1, Math.max(0, share));
  }

  #toggle() {
    this.isPlaying = !this.isPlaying && this.#longest !== null;
    this.#lastMs = null;
    if (!this.isPlaying) return;
    if (this.share >= 1) this.share = 0;
    this.#frame = requestAnimationFrame((ms) => this.#advance(ms));
  }

  #advance(ms) {
    const longest = this.#longest;
    if (!this.isPlaying || longest === null) return;
    const passedUs = this.#lastMs === null ? 0 : (ms - this.#lastMs) * 1000 * this.speed;
    this.#lastMs = ms;
    this.#seek(this.share + passedUs / Math.max(1, longest.duration_us));
    if (this.share >= 1) this.isPlaying = false;
    else this.#frame = requestAnimationFrame((next) => this.#advance(next));
  }

  #step(count) {
    this.isPlaying = false;
    const trace = this.picks[0].trace;
    if (trace !== null) this.#seek(shareOfNeighbour(trace, this.share, count));
  }

  #press(event) {
    const { target } = event;
    if (target.closest?.("select, input:not([type=range])")) return;
    if (event.key === " " && target.closest?.("a, button")) return;
    const moves = {
      " ": () => this.#toggle(),
      ArrowRight: () => this.#step(event.shiftKey ? 10 : 1),
      ArrowLeft: () => this.#step(event.shiftKey ? -10 : -1),
      Home: () => this.#seek(0),
      End: () => this.#seek(1),
    };
    if (moves[event.key] === undefined) return;
    event.preventDefault();
    moves[event.key]();
  }

  #side(pick, side, us) {
    const remove = this.isOrganiser ? (record, of) => this.#remove(record, of) : null;
    return html`<section class="panel" data-testid="side-${side}">
      ${chooser(this.heats, pick, (changed) => this.#choose(side, changed), remove)}
      ${
        pick.trace === null
          ? html`<p class="empty">${t("replay.none")}</p>`
          : panel(this.eventId, pick, us)
      }
    </section>`;
  }

  get #transport() {
    const { share, isPlaying, speed, isRace, picks } = this;
    return {
      ...{ share, isPlaying, speed, isRace, isBeside: picks.length > 1 },
      seek: (to) => {
        this.isPlaying = false;
        this.#seek(to);
      },
      step: (count) => this.#step(count),
      toggle: () => this.#toggle(),
      setSpeed: (to) => (this.speed = to),
      setRace: (to) => (this.isRace = to),
      beside: () => this.#beside(),
    };
  }

  #body() {
    if (this.isStranger) {
      return html`<section class="panel panel--stranger">
        <p>${t("replay.stranger")}</p>
        <login-form></login-form>
      </section>`;
    }
    if (this.heats === null) return nothing;
    if (this.heats.length === 0) return html`<p class="empty">${t("replay.no_heats")}</p>`;
    const us = instantsOf(this.picks, this.share, this.isRace && this.picks.length > 1);
    return html`<div class="sides ${this.picks.length > 1 ? "sides--two" : ""}">
        ${this.picks.map((pick, side) => this.#side(pick, side, us[side]))}
      </div>
      <both-on-map .picks=${this.picks} .us=${us}></both-on-map>
      ${this.#longest === null ? nothing : transport(this.#transport)}`;
  }

  /** The same laps, and why one was slower. */
  get #analysis() {
    return this.picks[0].run === null ? null : `/analysis${location.search}`;
  }

  render() {
    return html`<header class="bar">
        ${wordmark}
        <h1>${t("replay.title")}</h1>
        ${this.#analysis === null ? nothing : html`<a class="button" href=${this.#analysis}>${t("analysis.open")}</a>`}
        ${this.eventId ? html`<a class="button" href="/results?event=${this.eventId}">${t("page.results")}</a>` : nothing}
      </header>
      <main>${this.#body()}</main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("paddock-replay", PaddockReplay);
