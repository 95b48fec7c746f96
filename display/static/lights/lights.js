// Start lights for a whole screen: lamps, go and flags with their sounds, and who is next.

import { html, nothing } from "lit";
import { countdown, lapTime } from "/static/formatting.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import {
  bestLap,
  entryOf,
  hasField,
  isOnTrack,
  queueRows,
  runRows,
  windowState,
} from "/static/view_model.js";
import { fieldList } from "/static/board/heat/field.js";
import { flagStrip } from "/static/board/heat/flags.js";
import { heatLine } from "/static/board/header.js";
import { Beeper } from "/static/lights/beeper.js";
import { NextStart } from "/static/lights/next_start.js";
import { cuesOf, falseStarts, signalOf } from "/static/lights/signal.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";
import { stopBanner } from "/static/parts/banners/stop_banner.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import { wordmark } from "/static/parts/wordmark.js";
import { everyWhileShown } from "/static/parts/while_shown.js";
import "/static/board/heat/start_lights.js";
import "/static/parts/banners/contact_banner.js";
import "/static/parts/clocks/running_clock.js";

/** How often sounds are handed to the audio clock, which a hidden page must do as well. */
const SOUND_MS = 100;
const THEN_SHOWN = 3;

const names = (entries) =>
  html`<ul class="who">
    ${entries.map((entry) => html`<li>${plate(entry)}<bdi class="name">${entry.name}</bdi></li>`)}
  </ul>`;

const drivers = (view) =>
  view.heat.is_practice ? nothing : names(runRows(view).map((run) => run.entry));

class PaddockLights extends PageElement {
  static properties = { view: { state: true }, signal: { state: true } };

  constructor() {
    super();
    everyWhileShown(this, SOUND_MS, () => this.#sound());
  }

  connectedCallback() {
    super.connectedCallback();
    this.view = null;
    this.signal = "none";
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.#changed());
    this.next = new NextStart(() => this.requestUpdate());
    this.next.start();
    const isOff = new URLSearchParams(location.search).get("sound") === "off";
    this.beeper = new Beeper({ isOff, onChange: () => this.requestUpdate() });
    this.beeper.start();
    this.onTap = () => this.beeper.unblock();
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, this.onTap);
    const tick = () => {
      this.#look();
      this.frame = requestAnimationFrame(tick);
    };
    this.frame = requestAnimationFrame(tick);
    this.feed.start();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
    for (const kind of ["pointerdown", "keydown"]) window.removeEventListener(kind, this.onTap);
    this.beeper.stop();
    this.next.stop();
  }

  #changed() {
    this.view = this.feed.view;
    this.next.follow(this.view);
    this.#look();
    this.#sound();
    this.requestUpdate();
  }

  /** The go comes from the clock, not from a message: it is the same instant on every screen. */
  #look() {
    this.signal = signalOf(this.view, this.feed.raceNowUs(), this.feed.hasContact);
  }

  #sound() {
    const cues = this.feed.hasContact ? cuesOf(this.view) : [];
    this.beeper.keep(cues, this.feed.raceNowUs());
  }

  #lamps() {
    const { feed, view, signal } = this;
    if (signal === "lamps")
      return html`<start-lights .feed=${feed} .heat=${view.heat}></start-lights>`;
    return html`<div class="start-lights" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>`;
  }

  #window() {
    const { feed, view } = this;
    const read = (nowUs) => {
      const state = windowState(view, nowUs);
      return state.isClosed ? t("window.closed") : countdown(state.remainingUs);
    };
    return html`<p class="signal__clock"><running-clock .feed=${feed} .read=${read}></running-clock></p>`;
  }

  #falseStarts() {
    const { view } = this;
    return falseStarts(view.heat).map((each) => {
      const { number, name } = entryOf(view, each.entry_id);
      const isOpen = (each.ruling_id ?? null) === null;
      return html`<p class="signal__false" data-testid="false-start">
        ${isOpen ? t("lights.false_start", { number }) : t("lights.false_start_ruled", { number, time: lapTime(each.penalty_us) })}
        <bdi>${name}</bdi>
      </p>`;
    });
  }

  #over() {
    const { heat } = this.view;
    if (hasField(heat)) return html`<div class="signal__field">${fieldList(this.view)}</div>`;
    const best = bestLap(heat);
    return html`${drivers(this.view)}
      ${best === null ? nothing : html`<p class="signal__text digits">${t("figure.best")} ${lapTime(best.duration_us)}</p>`}`;
  }

  #idle() {
    const [next, ...later] = queueRows(this.view);
    if (next === undefined)
      return html`<h1 class="signal__word signal__word--small">${t("next.none")}</h1>`;
    return html`<h1 class="signal__word signal__word--small">${t("next.title")}</h1>
      ${next.is_practice ? html`<p class="signal__text">${t("race.practice")}</p>` : names(next.entries)}
      ${this.#countdown()}
      ${
        later.length === 0
          ? nothing
          : html`<ol class="then" aria-label=${t("queue.title")}>
              ${later.slice(0, THEN_SHOWN).map(
                (row) =>
                  html`<li>
                    ${row.is_practice ? html`<span class="name">${t("race.practice")}</span>` : row.entries.map((entry) => html`${plate(entry)}<bdi class="name">${entry.name}</bdi>`)}
                  </li>`,
              )}
            </ol>`
      }`;
  }

  #countdown() {
    const { atMs } = this.next;
    if (atMs === null) return nothing;
    const read = () => {
      const leftMs = atMs - Date.now();
      return leftMs > 0 ? countdown(leftMs * 1000) : t("lights.any_moment");
    };
    return html`<p class="signal__clock" data-testid="countdown">
      <span class="label">${t("lights.starts_in")}</span>
      <running-clock .feed=${this.feed} .read=${read}></running-clock>
    </p>`;
  }

  /** What stands below the lamps, by signal. */
  #words() {
    const { feed, view, signal } = this;
    const word = (text) => html`<h1 class="signal__word" data-testid="word">${text}</h1>`;
    switch (signal) {
      case "none":
        return word(feed.isReady && feed.eventId === null ? t("none.title") : t("none.connecting"));
      case "lost":
        return word(t("contact.lost"));
      case "idle":
        return this.#idle();
      case "called":
        return html`${word(t("scene.called"))}${drivers(view)}`;
      case "ready":
        return html`${word(t("phase.armed"))}${drivers(view)}
          <p class="signal__text">${tCode("lights_ready", view.heat.start_mode)}</p>`;
      case "lamps":
        return html`${word(t("lights.wait"))}${drivers(view)}${this.#falseStarts()}`;
      case "go":
        return html`${word(t("race.lights_go"))}${drivers(view)}`;
      case "green":
        return html`${word(tCode("flag_shown", "green"))}${this.#window()}${drivers(view)}
          ${this.#falseStarts()}`;
      case "over":
        return html`${word(t("lights.over"))}${this.#over()}`;
      default:
        return this.#flag(word);
    }
  }

  #flag(word) {
    const { feed, view } = this;
    if ((view.stop ?? null) !== null)
      return html`${word(tCode("pause_cause", "e_stop"))}${stopBanner(view)}`;
    const goesOn = view.heat.flag === "yellow" && view.heat.phase === "running";
    return html`${word(flagStrip(view, feed))}${goesOn ? this.#window() : nothing}${drivers(view)}`;
  }

  #soundButton() {
    const { state } = this.beeper;
    if (state === "missing") return nothing;
    if (state === "blocked")
      return html`<p class="sound sound--blocked" role="status" data-testid="sound">
        ${t("lights.sound_blocked")}
      </p>`;
    return html`<button
      class="button sound"
      aria-pressed=${state === "on"}
      data-testid="sound"
      @click=${() => this.beeper.toggle()}
    >
      ${state === "on" ? t("lights.sound_on") : t("lights.sound_off")}
    </button>`;
  }

  render() {
    const { feed, view, signal } = this;
    return html`<div class="signal signal--${signal}" data-signal=${signal}>
      <header class="signal__header">
        ${wordmark}
        ${view === null ? nothing : html`<span class="signal__event"><bdi>${view.name}</bdi></span>`}
        ${view !== null && isOnTrack(view) ? heatLine(view) : nothing}
        ${this.#soundButton()}
      </header>
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)}
      <main class="signal__main">
        ${this.#lamps()}
        <div class="signal__below" aria-live="polite">${this.#words()}</div>
      </main>
    </div>`;
  }
}

await loadLanguage();
customElements.define("paddock-lights", PaddockLights);
