// A driver's own page: where I stand, when I drive, what I drove, and what I may do about it.

import { html, nothing } from "lit";
import { ApiError, logout, read } from "/static/api.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { loginFromAddress, notify, perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues } from "/static/parts/forms/form.js";
import { face, pictureField, picturePath } from "/static/parts/forms/picture.js";
import { plate } from "/static/parts/plate.js";
import { wordmark } from "/static/parts/wordmark.js";
import { lapsCard } from "/static/people/laps/card.js";
import { queueCard, waitingStages } from "/static/people/my_heats.js";
import { modelsCard } from "/static/people/my_models.js";
import { placeCard } from "/static/people/my_place.js";
import { protestsCard } from "/static/people/my_protests.js";
import { rulingsCard } from "/static/people/my_rulings.js";
import {
  contactField,
  countryField,
  profileBody,
  shownAsField,
} from "/static/people/profile_fields.js";
import { wifiStrip } from "/static/parts/wifi.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import "/static/parts/banners/contact_banner.js";
import "/static/parts/forms/login_form.js";
import "/static/parts/banners/live_news.js";
import "/static/parts/banners/page_notice.js";
import "/static/people/virtual/my_virtual.js";

/** Facts come in bursts: what follows from them is read once they have settled. */
const QUIET_MS = 400;
/** Until the organiser has said yes there is no fact to wait for. */
const ASK_AGAIN_MS = 4000;
const LOOK_AGAIN_MS = 5000;

class PaddockMe extends PageElement {
  static properties = {
    me: { state: true },
    view: { state: true },
    entries: { state: true },
    stages: { state: true },
    startLists: { state: true },
    sheet: { state: true },
    protests: { state: true },
    models: { state: true },
    desk: { state: true },
  };

  #seq = -1;
  #timer = null;

  connectedCallback() {
    super.connectedCallback();
    this.me = undefined;
    this.view = null;
    this.entries = [];
    this.stages = [];
    this.startLists = [];
    this.sheet = null;
    this.protests = [];
    this.models = [];
    this.desk = null;
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.addEventListener("logged-in", () => this.#load());
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.#follow());
    this.feed.start();
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    await this.#load();
    setInterval(() => this.#isWaiting && this.#load(), ASK_AGAIN_MS);
    // The time for protests runs out by itself.
    setInterval(() => this.requestUpdate(), LOOK_AGAIN_MS);
  }

  get #isWaiting() {
    return Boolean(this.me) && this.me.registrations.some((each) => each.status === "pending");
  }

  #follow() {
    this.view = this.feed.view;
    this.requestUpdate();
    if (this.view === null || this.feed.seq === this.#seq) return;
    this.#seq = this.feed.seq;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), QUIET_MS);
  }

  /** Nobody signed in is no failure here: the page then says how to come in. */
  async #load() {
    try {
      this.me = await read("/me");
      [this.models, this.desk] = await Promise.all([read("/models"), read("/models/desk")]);
      await this.#loadRace();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.needsLogin || error.code === "not_a_driver") this.me = null;
      else notify(this, error.message, true);
    }
  }

  async #loadRace() {
    if (this.view === null) return;
    const path = `/events/${this.view.event_id}`;
    this.entries = await read(`${path}/entries`);
    const { entry } = this;
    if (entry === null) return;
    [this.stages, this.sheet, this.protests] = await Promise.all([
      read(`${path}/stages`),
      read(`${path}/results/entries/${entry.entry_id}`),
      read(`${path}/protests`),
    ]);
    this.startLists = await Promise.all(
      waitingStages(this.view, entry).map((stageId) => read(`${path}/stages/${stageId}/start-list`)),
    );
  }

  /** My entry in the event that is on; null where I have none. */
  get entry() {
    if (!this.me || this.view === null) return null;
    const mine = this.entries.find((entry) => entry.driver_ids.includes(this.me.driver_id));
    return this.view.entries[mine?.entry_id] ?? null;
  }

  /** My entry as the plan has it, with the model that it is bound to. */
  get #planned() {
    return this.entries.find((each) => each.entry_id === this.entry?.entry_id) ?? null;
  }

  async act(path, body, done, method = "POST") {
    const answer = await submit(this, path, body, done, method);
    await this.#load();
    return answer;
  }

  async #leave() {
    await perform(this, logout);
    this.me = null;
  }

  #stranger() {
    return html`<h1 class="headline">${t("me.title")}</h1>
      <section class="card">
        <p>${t("me.stranger")}</p>
        <a class="button button--main command" href="/join">${t("me.join")}</a>
        <details class="details">
          <summary>${t("me.have_code")}</summary>
          <login-form></login-form>
        </details>
      </section>`;
  }

  #name() {
    const { me, entry } = this;
    const person = me.driver ?? me.registrations[0];
    return html`<section class="card me">
      <p class="heat__who">
        ${me.driver === null ? nothing : face(picturePath(me.driver), "me__face")}
        ${entry === null ? nothing : plate(entry)}
        <bdi class="heat__name" data-testid="my-name">${person?.shown_name ?? ""}</bdi>
      </p>
      ${me.registrations.filter((each) => this.#isShown(each)).map((each) => this.#status(each))}
    </section>`;
  }

  #isShown(registration) {
    return registration.status !== "approved" || this.entry === null;
  }

  #status(registration) {
    const { status, reason } = registration;
    return html`<div data-testid="my-status">
      <p><strong>${tCode("registration", status)}</strong></p>
      ${reason === "" ? nothing : html`<p><bdi>${reason}</bdi></p>`}
      ${status === "declined" ? html`<a class="button" href="/join">${t("me.ask_again")}</a>` : nothing}
    </div>`;
  }

  #profile() {
    const person = this.me.driver ?? this.me.registrations[0];
    if (!person) return nothing;
    const save = (event) =>
      this.act("/me", profileBody(formValues(event)), t("plan.saved"), "PATCH");
    return html`<section class="card">
      <details class="details">
        <summary>${t("me.profile")}</summary>
        <form class="form" @submit=${save}>
          ${shownAsField(person.shown_as)} ${countryField(person.country)}
          ${contactField(person.contact)}
          <p class="muted">${t("people.contact_note")}</p>
          <button class="button button--main">${t("plan.save")}</button>
        </form>
      </details>
      ${this.#picture()}
      <p class="muted">${t("me.forget")}</p>
      <button class="button" @click=${() => this.#leave()}>${t("control.log_out")}</button>
    </section>`;
  }

  /** Once the organiser has said yes: until then nobody is to see anything. */
  #picture() {
    const { driver } = this.me;
    if (driver === null) return nothing;
    return html`<details class="details">
      <summary>${t("picture.title")}</summary>
      ${pictureField(driver, "/me/picture", () => this.#load())}
    </details>`;
  }

  #models() {
    const { models, desk, view } = this;
    const act = this.act.bind(this);
    const reload = () => this.#load();
    return modelsCard({ models, desk, entry: this.#planned, eventId: view?.event_id, act, reload });
  }

  #race() {
    const { entry, view, sheet, feed } = this;
    if (entry === null) return nothing;
    const { stages, startLists, protests } = this;
    const act = this.act.bind(this);
    const all = { view, entry, stages, startLists, sheet, protests, act };
    return html`${queueCard(all)} ${placeCard(all)} ${lapsCard(view.event_id, sheet)}
    ${rulingsCard(all)} ${protestsCard({ ...all, eventId: view.event_id, nowUs: feed.raceNowUs() })}`;
  }

  render() {
    const { feed } = this;
    return html`<header class="control__header">${wordmark}</header>
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)} ${wifiStrip(feed.notice.wifi)}
      <main class="control__main">
        ${
          this.me === undefined
            ? nothing
            : this.me === null
              ? this.#stranger()
              : html`<h1 class="visually-hidden">${t("me.title")}</h1>
                ${this.#name()} ${this.#race()}
                <my-virtual .models=${this.models}></my-virtual>
                ${this.#models()} ${this.#profile()}`
        }
        <live-news .view=${feed.view}></live-news>
      </main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("paddock-me", PaddockMe);
