// A helper's phone beside the line: one touch at every crossing, as a backup of the gate.

import { html, nothing } from "lit";
import { newKey } from "/static/api.js";
import { bound, runningTime } from "/static/formatting.js";
import { language, loadLanguage, t } from "/static/i18n.js";
import { KeptPresses } from "/static/line/kept_presses.js";
import { LineClock } from "/static/line/line_clock.js";
import { crossers, pad, pressList } from "/static/line/pad.js";
import { LiveFeed } from "/static/live.js";
import { localNowUs } from "/static/race_clock.js";
import { isBeforeGo, isUnderWay, openPause } from "/static/view_model.js";
import { loginFromAddress } from "/static/parts/act.js";
import { signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { stopBanner } from "/static/parts/banners/stop_banner.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/parts/banners/contact_banner.js";
import "/static/parts/forms/login_form.js";
import "/static/parts/banners/page_notice.js";
import "/static/parts/clocks/running_clock.js";

const HAND_BOUND_US = 200_000;
const SHOWN = 4;
const WATCH_MS = 500;
const BUZZ_MS = 40;
/** A finger that trembles: no car crosses twice within this. */
const TREMBLE_US = 300_000;

class PaddockLine extends PageElement {
  static properties = { who: { state: true } };

  #pressedUs = new Map();

  connectedCallback() {
    super.connectedCallback();
    this.who = undefined;
    this.feed = new LiveFeed();
    this.clock = new LineClock(this.feed);
    this.kept = new KeptPresses();
    this.feed.addEventListener("change", () => this.#follow());
    this.kept.addEventListener("change", () => this.requestUpdate());
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.addEventListener("logged-in", (event) => this.#welcome(event.detail));
    window.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("online", () => this.kept.send());
    setInterval(() => this.#watch(), WATCH_MS);
    this.feed.start();
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    this.#welcome(await signedIn());
  }

  #welcome(who) {
    this.who = who;
    if (who !== null) this.kept.send();
  }

  #follow() {
    if (this.feed.hasContact) this.kept.send();
    this.requestUpdate();
  }

  /** Whether the clock is known changes without a message. */
  #watch() {
    this.clock.watch();
    this.requestUpdate();
  }

  #key(event) {
    if (event.code !== "Space" || event.target.closest?.("input, textarea")) return;
    event.preventDefault();
    const runs = this.#isOpen ? crossers(this.feed.view) : [];
    if (!event.repeat && runs.length === 1) this.#press(runs[0]);
  }

  get #mayPress() {
    return ["marshal", "organiser"].includes(this.who?.role);
  }

  get #isOpen() {
    return this.#mayPress && this.#obstacle() === null;
  }

  /** Why nothing can be pressed now; null where a touch counts. */
  #obstacle() {
    const { heat } = this.feed.view ?? { heat: null };
    const nowUs = this.clock.at(localNowUs());
    if (!isUnderWay(heat)) return t("line.no_heat");
    if (nowUs === null) return t("line.no_clock");
    if (openPause(heat) !== null) return t("line.paused");
    if (isBeforeGo(heat, nowUs)) return t("line.before_go");
    return this.kept.isFull ? t("line.full") : null;
  }

  #press(run) {
    const localUs = localNowUs();
    const crossedUs = this.clock.at(localUs);
    if (!this.#isOpen || crossedUs === null) return;
    if (localUs - (this.#pressedUs.get(run.entry_id) ?? -TREMBLE_US) < TREMBLE_US) return;
    this.#pressedUs.set(run.entry_id, localUs);
    const { view } = this.feed;
    navigator.vibrate?.(BUZZ_MS);
    this.kept.add({
      key: newKey(),
      eventId: view.event_id,
      heatId: view.heat.heat_id,
      entryId: run.entry_id,
      name: run.entry.name,
      crossedUs,
      sinceUs: crossedUs - view.heat.started_us,
    });
  }

  #heat() {
    const { heat } = this.feed.view ?? { heat: null };
    if (heat === null) return html`<p class="line__heat">${t("control.no_heat")}</p>`;
    const clock = () => {
      const nowUs = this.clock.at(localNowUs());
      const untilUs = openPause(heat)?.from_us ?? nowUs;
      return untilUs === null ? "–" : runningTime(untilUs - heat.started_us);
    };
    return html`<div class="line__heat">
      <span class="chip chip--${heat.phase}">${t(`phase.${heat.phase}`)}</span>
      <span>${t("control.heat", { number: heat.number })}</span>
      ${
        isUnderWay(heat)
          ? html`<running-clock class="line__clock" .feed=${this.feed} .read=${clock}></running-clock>`
          : nothing
      }
    </div>`;
  }

  /** What waits on this phone, and why. */
  #keptNote() {
    const count = this.kept.keptCount;
    const isHeldUp = !this.feed.hasContact || this.kept.needsLogin || this.kept.isLate;
    if (count === 0 || !isHeldUp) return nothing;
    return html`<p class="line__kept" role="status" data-testid="kept">
      ${t("line.kept_here", { count })}
    </p>`;
  }

  #login() {
    return html`<section class="card line__login">
      <h1 class="card__title">${t("line.title")}</h1>
      <p>${this.who ? t("line.marshals_only") : t("line.explain")}</p>
      <login-form></login-form>
    </section>`;
  }

  #gate() {
    const { view } = this.feed;
    const obstacle = this.#obstacle();
    const runs = view !== null && isUnderWay(view.heat) ? crossers(view) : [];
    const actions = { isOff: obstacle !== null, onPress: (run) => this.#press(run) };
    return html`<div class="line__top">
        <h1 class="visually-hidden">${t("line.title")}</h1>
        ${stopBanner(view)} ${this.#heat()}
        <p class="muted line__about">
          ${t("line.precision", { bound: bound(HAND_BOUND_US, language()) })}
        </p>
        ${this.#keptNote()}
        ${this.kept.needsLogin ? html`<login-form></login-form>` : nothing}
        ${pressList(this.kept.newestFirst.slice(0, SHOWN), (press) => this.kept.undo(press))}
      </div>
      <div class="line__pad">
        ${obstacle === null ? nothing : html`<p class="line__obstacle" role="status">${obstacle}</p>`}
        ${isUnderWay(view?.heat ?? null) ? pad(runs, actions) : nothing}
      </div>`;
  }

  render() {
    const { feed } = this;
    return html`<header class="control__header">${wordmark}</header>
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)}
      <main class="line">
        ${this.who === undefined ? nothing : this.#mayPress ? this.#gate() : this.#login()}
      </main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("paddock-line", PaddockLine);
