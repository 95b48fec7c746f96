// The people of an event: who may join, who waits, whole rosters, and everybody's profile.

import { html } from "lit";
import { read } from "/static/api.js";
import { outsideUrl } from "/static/board/outside_url.js";
import { t } from "/static/i18n.js";
import { peopleCard } from "/static/control/people/drivers_card.js";
import { joinCard } from "/static/control/people/join_card.js";
import { registrationsCard } from "/static/control/people/registrations_card.js";
import { signUpSwitch } from "/static/control/people/sign_up_switch.js";
import { registryCard } from "/static/control/registry_card.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";
import "/static/control/people/roster_card.js";

/** People register without a fact, so that nothing tells this page: it asks. */
const ASK_AGAIN_MS = 5000;

class PeopleTab extends PageElement {
  static properties = {
    eventId: { attribute: false },
    registrations: { state: true },
    isSignUpOpen: { state: true },
    drivers: { state: true },
    teams: { state: true },
    code: { state: true },
    isLarge: { state: true },
    base: { state: true },
  };

  constructor() {
    super();
    everyWhileShown(this, ASK_AGAIN_MS, () => this.#ask());
  }

  connectedCallback() {
    super.connectedCallback();
    this.registrations = [];
    this.isSignUpOpen = null;
    this.drivers = [];
    this.teams = [];
    this.code = null;
    this.isLarge = false;
    this.base = location.origin;
    outsideUrl().then((url) => (this.base = url ?? location.origin));
  }

  /** The event may be known only later, or another one may take its place. */
  willUpdate(changed) {
    if (changed.has("eventId")) this.load();
  }

  /** Quietly: whoever isn't signed in any more hears so when they do something. */
  async #ask() {
    if (document.hidden || this.eventId === null) return;
    try {
      this.registrations = await read(`/events/${this.eventId}/registrations`);
    } catch {
      // asked again soon; the banner says where there is no contact
    }
  }

  load() {
    return perform(this, async () => {
      const waiting = this.eventId && read(`/events/${this.eventId}/registrations`);
      const signUp = this.eventId && read(`/events/${this.eventId}/sign-up`);
      [this.registrations, this.drivers, this.teams] = await Promise.all([
        waiting ?? [],
        read("/drivers/profiles"),
        read("/teams"),
      ]);
      this.isSignUpOpen = (await signUp)?.is_open ?? null;
    });
  }

  /** Sends one command and shows what the server then has; returns the answer or null. */
  async act(path, body, done, method = "POST") {
    const answer = await submit(this, path, body, done, method);
    await this.load();
    return answer;
  }

  /** A code for a driver's own phone, shown with its QR code. */
  async #codeFor(driver) {
    const { driver_id: id } = driver;
    const body = { role: "driver", principal: id, scope: id };
    const made = await submit(this, "/codes", body);
    this.code = made === null ? null : { ...made, driver_id: id };
  }

  render() {
    const act = this.act.bind(this);
    const { eventId, drivers, teams, registrations } = this;
    const toggle = () => (this.isLarge = !this.isLarge);
    return html`${
      eventId === null
        ? html`<section class="card"><p>${t("people.no_event")}</p></section>`
        : html`${joinCard(eventId, {
            isLarge: this.isLarge,
            url: `${this.base}/join`,
            onToggle: toggle,
            signUp: signUpSwitch(eventId, this.isSignUpOpen, act),
          })}
            ${registrationsCard(registrations, act)}
            <roster-card .eventId=${eventId} .onDone=${() => this.load()}></roster-card>`
    }
    ${peopleCard({ drivers, code: this.code, onCode: (driver) => this.#codeFor(driver), act, reload: () => this.load() })}
    ${registryCard({ title: t("people.teams"), path: "/teams", idKey: "team_id", rows: teams, act })}`;
  }
}

customElements.define("people-tab", PeopleTab);
