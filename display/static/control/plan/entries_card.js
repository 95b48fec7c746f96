// Who takes part: the check-in list, with what can happen to an entry, and entering another.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { entryModel } from "/static/control/plan/entry_model.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, formValues, textField } from "/static/parts/forms/form.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";

/** More entries than this want a search field. */
const MANY = 8;

const groupsOf = (entry) => [entry.region, entry.class_name, entry.team].filter(Boolean).join(" · ");

class EntriesCard extends PageElement {
  static properties = {
    plan: { attribute: false },
    entries: { attribute: false },
    drivers: { attribute: false },
    teams: { attribute: false },
    models: { attribute: false },
    reload: { attribute: false },
    act: { attribute: false },
    wanted: { state: true },
  };

  constructor() {
    super();
    this.wanted = "";
  }

  #path(entry, what = "") {
    return `/events/${this.plan.event_id}/entries/${entry.entry_id}${what}`;
  }

  /** One at a time: a second tap would send the driver who is on the list until it is read anew. */
  async #enter(event) {
    const { driver_id: driverId, region, class_name: className } = formValues(event);
    if (this.isEntering) return;
    this.isEntering = true;
    const groups = Object.fromEntries(
      Object.entries({ region, class_name: className }).filter(([, name]) => name),
    );
    const body = { driver_ids: [driverId], ...groups };
    await this.act(`/events/${this.plan.event_id}/entries`, body, t("plan.entry_added"));
    this.isEntering = false;
  }

  /** The drivers who aren't entered: nobody stands on the list twice. */
  #driversToEnter() {
    const here = this.entries.filter((entry) => !entry.is_withdrawn);
    const entered = new Set(here.flatMap((entry) => entry.driver_ids));
    return this.drivers.filter((driver) => !entered.has(driver.driver_id));
  }

  #driverOptions(drivers) {
    return drivers.map((driver) => [driver.driver_id, driver.name]);
  }

  #group(event, entry) {
    const { region, class_name: className, team_id: teamId } = formValues(event);
    const body = {
      region: region || null,
      class_name: className || null,
      ...(teamId === undefined ? {} : { team_id: teamId || null }),
    };
    return this.act(this.#path(entry), body, t("plan.saved"), "PATCH");
  }

  #substitute(event, entry) {
    const { other_driver_id: driverId, reason } = formValues(event);
    const body = { driver_ids: [driverId], reason };
    return this.act(this.#path(entry, "/substitute"), body, t("plan.substituted"));
  }

  #groupForm(entry) {
    const teams = [["", t("plan.no_team")], ...this.teams.map((team) => [team.team_id, team.name])];
    return html`<form class="form form--line" @submit=${(event) => this.#group(event, entry)}>
      ${textField(t("plan.region"), "region", { value: entry.region ?? "", isRequired: false, list: "regions" })}
      ${textField(t("plan.class"), "class_name", { value: entry.class_name ?? "", isRequired: false, list: "classes" })}
      ${this.teams.length === 0 ? nothing : choiceField(t("plan.team"), "team_id", teams, entry.team_id ?? "")}
      <button class="button">${t("plan.save")}</button>
    </form>`;
  }

  #substituteForm(entry) {
    const drivers = this.#driversToEnter();
    if (drivers.length === 0 || entry.is_withdrawn) return nothing;
    return html`<form class="form form--line" @submit=${(event) => this.#substitute(event, entry)}>
      ${choiceField(t("plan.other_driver"), "other_driver_id", this.#driverOptions(drivers))}
      ${textField(t("plan.why"), "reason", { isRequired: false, most: 200 })}
      <button class="button">${t("plan.substitute")}</button>
    </form>`;
  }

  #actions(entry) {
    const send = (what, done) => this.act(this.#path(entry, what), {}, done);
    if (entry.is_withdrawn) {
      return html`<button
        class="button"
        @click=${() => send("/reinstate", t("plan.reinstated"))}
      >
        ${t("plan.reinstate")}
      </button>`;
    }
    return html`<div class="form__buttons">
      ${this.#timedOnly(entry)}
      <button class="button" @click=${() => send("/no-show", t("plan.no_show_ruled"))}>
        ${t("plan.no_show")}
      </button>
      <button class="button" @click=${() => send("/withdraw", t("plan.withdrawn"))}>
        ${t("plan.withdraw")}
      </button>
    </div>`;
  }

  /** A guest's car: a marshal confirms each of its runs, and everybody sees that it is only timed. */
  #timedOnly(entry) {
    const { is_timed_only: isTimedOnly } = entry;
    const body = { is_timed_only: !isTimedOnly };
    const done = isTimedOnly ? t("plan.not_timed_only") : t("plan.timed_only");
    return html`<button
      class="button ${isTimedOnly ? "button--on" : ""}"
      aria-pressed=${isTimedOnly}
      @click=${() => this.act(this.#path(entry, "/timed-only"), body, done)}
    >
      ${t("plan.time_only")}
    </button>`;
  }

  #checkIn(entry) {
    if (entry.is_withdrawn) return html`<span class="muted">${t("plan.is_withdrawn")}</span>`;
    if (entry.is_disqualified) return html`<span class="muted">${t("plan.is_disqualified")}</span>`;
    const { is_checked_in: isIn } = entry;
    const what = isIn ? "/check-out" : "/check-in";
    const done = isIn ? t("plan.checked_out") : t("plan.checked_in");
    return html`<button
      class="button ${isIn ? "button--on" : ""}"
      @click=${() => this.act(this.#path(entry, what), {}, done)}
    >
      ${isIn ? t("plan.here") : t("plan.not_here")}
    </button>`;
  }

  /** One after the other, until one is refused; all is read anew behind the last. */
  async #checkInAll(missing) {
    if (this.isCheckingIn) return;
    this.isCheckingIn = true;
    const last = missing.at(-1);
    let answer = {};
    for (const entry of missing) {
      const path = this.#path(entry, "/check-in");
      answer =
        entry === last
          ? await this.act(path, {}, t("plan.all_checked_in", { count: missing.length }))
          : await submit(this, path, {});
      if (answer === null) break;
    }
    this.isCheckingIn = false;
  }

  #allHere(racing) {
    const missing = racing.filter((entry) => !entry.is_checked_in);
    if (missing.length === 0) return nothing;
    return html`<button class="button" @click=${() => this.#checkInAll(missing)}>
      ${t("plan.all_here")}
    </button>`;
  }

  #row(entry) {
    const { colour } = entryOf(this.plan, entry.entry_id);
    return html`<li class="row row--entry" data-entry=${entry.entry_id}>
      <details class="details row__main">
        <summary>
          ${plate({ ...entry, colour })}<span
            ><bdi class=${entry.is_withdrawn ? "is-out" : ""}>${entry.name}</bdi>
            ${timedOnlyMark(entry.is_timed_only)}
            <span class="muted">${groupsOf(entry)}</span></span
          >
        </summary>
        <div class="form">
          ${this.#groupForm(entry)} ${entryModel(entry, this.models, this.#path(entry), this)}
          ${this.#substituteForm(entry)} ${this.#actions(entry)}
        </div>
      </details>
      ${this.#checkIn(entry)}
    </li>`;
  }

  #shown() {
    const wanted = this.wanted.trim().toLocaleLowerCase();
    const fits = (entry) =>
      String(entry.number) === wanted ||
      `${entry.name} ${groupsOf(entry)}`.toLocaleLowerCase().includes(wanted);
    return this.entries.filter(fits).sort((left, right) => left.number - right.number);
  }

  #enterForm() {
    if (this.drivers.length === 0) return html`<p class="muted">${t("plan.no_drivers")}</p>`;
    const drivers = this.#driversToEnter();
    if (drivers.length === 0) return html`<p class="muted">${t("plan.all_entered")}</p>`;
    return html`<form class="form form--line" @submit=${(event) => this.#enter(event)}>
      ${choiceField(t("plan.driver"), "driver_id", this.#driverOptions(drivers))}
      ${textField(t("plan.region"), "region", { isRequired: false, list: "regions" })}
      ${textField(t("plan.class"), "class_name", { isRequired: false, list: "classes" })}
      <button class="button button--main">${t("plan.add_entry")}</button>
    </form>`;
  }

  render() {
    const { entries } = this;
    const racing = entries.filter((entry) => !entry.is_withdrawn && !entry.is_disqualified);
    const here = racing.filter((entry) => entry.is_checked_in);
    const known = (key) => [...new Set(entries.map((entry) => entry[key]).filter(Boolean))].sort();
    return html`<section class="card" data-testid="entries">
      <h2 class="card__title">${t("plan.entries")}</h2>
      ${racing.length === 0 ? nothing : html`<p class="lead">${t("plan.here_of", { here: here.length, all: racing.length })}</p>`}
      ${this.#allHere(racing)}
      ${
        entries.length > MANY
          ? html`<label class="field">
              <span>${t("plan.find")}</span>
              <input
                type="search"
                .value=${this.wanted}
                @input=${(event) => (this.wanted = event.target.value)}
              />
            </label>`
          : nothing
      }
      <ol class="rows">
        ${this.#shown().map((entry) => this.#row(entry))}
      </ol>
      <datalist id="regions">${known("region").map((each) => html`<option value=${each}></option>`)}</datalist>
      <datalist id="classes">${known("class_name").map((each) => html`<option value=${each}></option>`)}</datalist>
      ${this.#enterForm()}
    </section>`;
  }
}

customElements.define("entries-card", EntriesCard);
