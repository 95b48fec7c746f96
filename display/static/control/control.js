// Race control: who is logged in, which tab is open, and the one live feed that all tabs share.

import { html, nothing } from "lit";
import { logout } from "/static/api.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { LIST_KEY, areKeysOn, pressByKey, shortcutOf } from "/static/control/keys/shortcuts.js";
import { openProtests } from "/static/control/marshal/protest_card.js";
import { waitingPasses } from "/static/control/marshal/tray_card.js";
import { loginFromAddress, perform } from "/static/parts/act.js";
import { signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/control/devices_tab.js";
import "/static/control/keys/key_list.js";
import "/static/control/venue/clock_card.js";
import "/static/control/people/waiting_count.js";
import "/static/control/people_tab.js";
import "/static/control/marshal_tab.js";
import "/static/control/plan_tab.js";
import "/static/control/race_tab.js";
import "/static/control/results_tab.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import "/static/parts/banners/contact_banner.js";
import "/static/parts/banners/live_news.js";
import "/static/parts/forms/login_dialog.js";
import "/static/parts/banners/page_notice.js";

const TABS = ["race", "marshal", "plan", "results", "people", "devices"];
/** Whose server only lets organisers in: others are told so, rather than asked to log in. */
const FOR_ORGANISERS = ["plan", "people", "devices"];

class PaddockControl extends PageElement {
  static properties = { who: { state: true }, tab: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.who = undefined;
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.requestUpdate());
    this.feed.start();
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.addEventListener("logged-in", (event) => (this.who = event.detail));
    this.#findSession();
    this.tab = this.#tabOfAddress();
    window.addEventListener("hashchange", () => this.#changeTab());
    window.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("keys-switched", () => this.requestUpdate());
  }

  /** Keys are for who is logged in: nobody else has anything to press. */
  #key(event) {
    const key = this.who ? shortcutOf(event) : null;
    if (key === null) return;
    if (key === LIST_KEY) this.#showKeys();
    else if (!pressByKey(this, key)) return;
    event.preventDefault();
  }

  #showKeys() {
    this.querySelector("key-list").show();
  }

  /** What another tab asked for is no longer wanted. */
  #changeTab() {
    this.querySelector("login-dialog").giveUp();
    this.tab = this.#tabOfAddress();
  }

  updated(changed) {
    if (!changed.has("tab") && !changed.has("who")) return;
    const current = this.querySelector(".tabs__tab[aria-current=page]");
    current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #tabOfAddress() {
    return TABS.find((tab) => location.hash === `#${tab}`) ?? "race";
  }

  async #findSession() {
    await loginFromAddress(this);
    this.who = await signedIn();
  }

  async #logOut() {
    await perform(this, logout);
    this.who = null;
  }

  #header() {
    return html`<header class="control__header">
      ${wordmark}
      ${
        this.who
          ? html`<button
              class="button button--small keys-button"
              aria-keyshortcuts=${LIST_KEY}
              aria-label=${t("keys.title")}
              title=${t("keys.title")}
              @click=${() => this.#showKeys()}
            >
              ?
            </button>`
          : nothing
      }
      ${this.who ? html`<button class="button button--small" @click=${() => this.#logOut()}>${t("control.log_out")}</button>` : nothing}
    </header>`;
  }

  #tabs() {
    return html`<nav class="tabs" aria-label=${t("control.tabs")}>
      ${TABS.map(
        (tab, at) =>
          html`<a
            class="tabs__tab"
            href="#${tab}"
            aria-keyshortcuts=${at + 1}
            title=${t("keys.hint", { key: at + 1 })}
            aria-current=${tab === this.tab ? "page" : "false"}
            ><span>${t(`control.tab_${tab}`)}${this.#waiting(tab)}</span></a
          >`,
      )}
    </nav>`;
  }

  /** How much waits behind a tab; what a tab that is open shows itself isn't counted beside it. */
  #waiting(tab) {
    if (tab === "people" && this.tab !== tab && this.who.role === "organiser")
      return html`<waiting-count .eventId=${this.feed.eventId}></waiting-count>`;
    return tab === "marshal" ? this.#forMarshals() : nothing;
  }

  /** Passes that are nobody's, and protests that nobody has decided. */
  #forMarshals() {
    const { view } = this.feed;
    const [passes, protests] = [waitingPasses(view), openProtests(view)];
    if (passes + protests === 0) return nothing;
    const words = [
      ...(passes > 0 ? [t("marshal.waiting", { count: passes })] : []),
      ...(protests > 0 ? [t("marshal.protests_waiting", { count: protests })] : []),
    ].join(" · ");
    return html`<span class="tabs__count digits" role="status" aria-label=${words} title=${words}>${passes + protests}</span>`;
  }

  #refusal() {
    return html`<section class="card">
      <h1 class="card__title">${t("control.organisers_only")}</h1>
      <p>${t("control.your_role", { role: tCode("role", this.who.role) })}</p>
      <details class="details">
        <summary>${t("control.other_code")}</summary>
        <login-form></login-form>
      </details>
    </section>`;
  }

  #body() {
    if (this.who === undefined) return nothing;
    if (this.who === null) {
      return html`<section class="card">
        <h1 class="card__title">${t("control.title")}</h1>
        <login-form></login-form>
      </section>`;
    }
    const { feed } = this;
    if (FOR_ORGANISERS.includes(this.tab) && this.who.role !== "organiser") return this.#refusal();
    return html`<h1 class="visually-hidden">${t("control.title")}: ${t(`control.tab_${this.tab}`)}</h1>
      ${this.#openTab(feed)}`;
  }

  #openTab(feed) {
    if (this.tab === "marshal")
      return html`<marshal-tab .feed=${feed} .view=${feed.view}></marshal-tab>`;
    if (this.tab === "plan") return html`<plan-tab .feed=${feed} .view=${feed.view}></plan-tab>`;
    if (this.tab === "people") return html`<people-tab .eventId=${feed.eventId}></people-tab>`;
    if (this.tab === "devices") return html`<devices-tab .view=${feed.view}></devices-tab>`;
    if (this.tab === "results")
      return html`<results-tab
        .feed=${feed}
        .isOrganiser=${this.who.role === "organiser"}
      ></results-tab>`;
    return html`<race-tab .feed=${feed} .view=${feed.view} .scene=${feed.notice.scene}></race-tab>`;
  }

  render() {
    const { feed } = this;
    return html`${this.#header()}
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)}
      ${this.who ? this.#tabs() : nothing}
      <main class="control__main ${feed.hasContact ? "" : "control__main--lost"} ${areKeysOn() ? "" : "control--keyless"}">
        ${this.who && this.tab !== "devices" ? html`<clock-card isNotice></clock-card>` : nothing}
        ${this.#body()}
        <live-news .view=${feed.view}></live-news>
      </main>
      <page-notice></page-notice>
      <login-dialog></login-dialog>
      <key-list .tabs=${TABS}></key-list>`;
  }
}

await loadLanguage();
customElements.define("paddock-control", PaddockControl);
