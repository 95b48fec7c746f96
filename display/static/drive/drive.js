// A phone in the pit lane: one car, four large things to press, and what the car says to it.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { runningTime } from "/static/formatting.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { carOf, entryOf, isOnTrack, lapClockUs, runRows } from "/static/view_model.js";
import { loginFromAddress, submit } from "/static/parts/act.js";
import { signedIn } from "/static/parts/answered.js";
import { goButton, offTrackButton, speedField } from "/static/parts/cars/buttons.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";
import { stopBanner } from "/static/parts/banners/stop_banner.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/parts/cars/stop_button.js";
import "/static/parts/cars/watch.js";
import "/static/parts/banners/contact_banner.js";
import "/static/parts/forms/login_form.js";
import "/static/parts/banners/page_notice.js";
import "/static/parts/clocks/running_clock.js";

const ANY = ["marshal", "organiser"];

class PaddockDrive extends PageElement {
  static properties = {
    who: { state: true },
    driverId: { state: true },
    entries: { state: true },
    chosen: { state: true },
    isBusy: { state: true },
  };

  #entriesOf = null;

  connectedCallback() {
    super.connectedCallback();
    this.who = undefined;
    this.driverId = null;
    this.entries = [];
    this.chosen = null;
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.addEventListener("logged-in", () => this.#begin());
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.#follow());
    this.feed.start();
    this.#enter();
  }

  async #enter() {
    await loginFromAddress(this);
    await this.#begin();
  }

  async #begin() {
    this.who = await signedIn();
    if (this.who?.role === "driver") this.driverId = this.who.scope ?? this.who.principal;
    this.#follow();
  }

  #follow() {
    const { view } = this.feed;
    if (view !== null && this.who?.role === "driver" && this.#entriesOf !== view.event_id)
      this.#loadEntries(view.event_id);
    this.requestUpdate();
  }

  /** Whose entry is whose is not in the live document. */
  async #loadEntries(eventId) {
    this.#entriesOf = eventId;
    try {
      this.entries = await read(`/events/${eventId}/entries`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#entriesOf = null;
    }
  }

  /** The runs of the heat on show that this phone may reach. */
  get #runs() {
    const { view } = this.feed;
    if (!view || !this.who || !isOnTrack(view)) return [];
    const { role, scope } = this.who;
    const rows = runRows(view);
    if (ANY.includes(role)) return rows;
    if (role === "pit")
      return rows.filter((run) => scope === `${view.heat.heat_id}/${run.entry_id}`);
    const own = this.entries.filter((entry) => entry.driver_ids.includes(this.driverId));
    return rows.filter((run) => own.some((entry) => entry.entry_id === run.entry_id));
  }

  async #act(path, body, done) {
    this.isBusy = true;
    await submit(this, `/events/${this.feed.view.event_id}${path}`, body, done);
    this.isBusy = false;
  }

  #head(view, run) {
    const car = carOf(view, run.car_id);
    const clock = (nowUs) => {
      const us = lapClockUs({ ...view.heat, lap_opened_us: run.lap_opened_us }, nowUs);
      return us === null ? "–" : runningTime(us);
    };
    return html`<div class="drive__head">
        ${plate(entryOf(view, run.entry_id))}
        <span class="drive__name"><bdi>${run.entry.name}</bdi></span>
        <span class="chip chip--${view.heat.phase}">${tCode("phase", view.heat.phase)}</span>
      </div>
      <div class="drive__figures">
        <span class="muted"><bdi>${car?.name ?? t("control.no_car")}</bdi></span>
        <running-clock class="drive__clock" .feed=${this.feed} .read=${clock}></running-clock>
        <span class="muted">${t("laps.off_track_short", { count: run.off_tracks })}</span>
      </div>
      <p class="drive__state">
        <car-watch .feed=${this.feed} .view=${view} .run=${run}></car-watch>
      </p>`;
  }

  #pad(view, run) {
    const { feed } = this;
    const actions = {
      feed,
      isBusy: this.isBusy || !feed.hasContact,
      act: (path, body, done) => this.#act(path, body, done),
    };
    if (run.car_id === null) return html`<p class="drive__note">${t("drive.no_car")}</p>`;
    return html`<div class="drive__pad">
      ${goButton(view, run, actions, "drive__go")}
      ${offTrackButton(view, run, actions, "drive__off")} ${speedField(view, run, actions)}
      <car-stop .feed=${feed} .run=${run} .act=${actions.act} .kind=${"drive__e-stop"}></car-stop>
    </div>`;
  }

  #choice(runs) {
    if (runs.length < 2) return nothing;
    return html`<label class="field drive__choice">
      <span>${t("drive.whose")}</span>
      <select @change=${(event) => (this.chosen = event.target.value)}>
        ${runs.map((run) => html`<option value=${run.entry_id} .selected=${run.entry_id === this.chosen}>${run.entry.number} · ${run.entry.name}</option>`)}
      </select>
    </label>`;
  }

  #body() {
    const { view } = this.feed;
    if (this.who === undefined) return nothing;
    if (this.who === null || this.who.role === "public")
      return html`<section class="card drive__login">
        <h1 class="card__title">${t("drive.title")}</h1>
        <p>${t("drive.explain")}</p>
        <login-form></login-form>
      </section>`;
    return html`<h1 class="visually-hidden">${t("drive.title")}</h1>
      ${this.#own(view)}`;
  }

  #own(view) {
    const runs = this.#runs;
    const run = runs.find((each) => each.entry_id === this.chosen) ?? runs[0];
    if (!view || run === undefined)
      return html`<p class="drive__note" data-testid="waiting">${t("drive.not_yet")}</p>`;
    return html`${this.#choice(runs)} ${this.#head(view, run)} ${this.#pad(view, run)}`;
  }

  render() {
    const { feed } = this;
    return html`<header class="control__header">${wordmark}</header>
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)} ${stopBanner(feed.view)}
      <main class="drive">${this.#body()}</main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("paddock-drive", PaddockDrive);
