// Setting up an event: the event itself, who takes part, which cars there are, the stage, the heats.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { completeView } from "/static/live_document.js";
import { starters } from "/static/view_model.js";
import { eventCard } from "/static/control/event_card.js";
import { heatsCard, stageCard } from "/static/control/heats_card.js";
import { registryCard } from "/static/control/registry_card.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues } from "/static/parts/form.js";
import { plate } from "/static/parts/plate.js";
import "/static/control/progression_card.js";

class PlanTab extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    events: { state: true },
    drivers: { state: true },
    entries: { state: true },
    cars: { state: true },
    eventId: { state: true },
    plan: { state: true },
    formats: { state: true },
    formatName: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.events = [];
    this.drivers = [];
    this.entries = [];
    this.cars = [];
    this.plan = null;
    this.formats = [];
    this.formatName = "time_trial";
    this.eventId = this.feed.eventId;
    this.#load();
  }

  /** What changed elsewhere in the event that is open shows here too. */
  willUpdate(changed) {
    if (changed.has("view") && this.view !== null && this.view.event_id === this.eventId)
      this.plan = this.view;
  }

  async #load() {
    await perform(this, async () => {
      [this.events, this.drivers, this.cars, this.formats] = await Promise.all([
        read("/events"),
        read("/drivers"),
        read("/cars"),
        read("/formats"),
      ]);
      this.eventId ??= this.events.at(-1)?.event_id ?? null;
      const { eventId } = this;
      if (eventId === null) {
        this.plan = null;
        return;
      }
      const path = `/events/${eventId}`;
      const [snapshot, entries] = await Promise.all([read(`${path}/view`), read(`${path}/entries`)]);
      if (this.eventId !== eventId) return; // another one was chosen meanwhile
      this.plan = completeView(snapshot.view);
      this.entries = entries;
    });
  }

  #choose(eventId) {
    this.eventId = eventId;
    this.#load();
  }

  /** Sends one command and shows what the server then has; returns the answer or null. */
  async act(path, body, done, method = "POST") {
    const answer = await submit(this, path, body, done, method);
    await this.#load();
    return answer;
  }

  async #createEvent(body) {
    const answer = await this.act("/events", body, t("plan.event_created"));
    if (answer !== null) this.#choose(answer.event_id);
  }

  /** One at a time: a second tap would send the driver who is on the list until it is read anew. */
  async #addEntry(event) {
    const { driver_id: driverId } = formValues(event);
    if (this.isEntering) return;
    this.isEntering = true;
    await this.act(
      `/events/${this.eventId}/entries`,
      { driver_ids: [driverId] },
      t("plan.entry_added"),
    );
    this.isEntering = false;
  }

  /** The drivers who aren't entered: nobody stands on the list twice. */
  #driversToEnter() {
    const here = this.entries.filter((entry) => !entry.is_withdrawn);
    const entered = new Set(here.flatMap((entry) => entry.driver_ids));
    return this.drivers.filter((driver) => !entered.has(driver.driver_id));
  }

  #entryForm() {
    if (this.drivers.length === 0) return html`<p class="muted">${t("plan.no_drivers")}</p>`;
    const drivers = this.#driversToEnter();
    if (drivers.length === 0) return html`<p class="muted">${t("plan.all_entered")}</p>`;
    return html`<form class="form form--line" @submit=${(event) => this.#addEntry(event)}>
      <label class="field"
        ><span>${t("plan.driver")}</span>
        <select name="driver_id">
          ${drivers.map((driver) => html`<option value=${driver.driver_id}>${driver.name}</option>`)}
        </select></label
      >
      <button class="button button--main">${t("plan.add_entry")}</button>
    </form>`;
  }

  #entries() {
    const { plan } = this;
    const entries = starters(plan);
    const withdraw = (entry) =>
      this.act(
        `/events/${this.eventId}/entries/${entry.entry_id}/withdraw`,
        {},
        t("plan.withdrawn"),
      );
    return html`<section class="card">
      <h2 class="card__title">${t("plan.entries")}</h2>
      <ol class="rows">
        ${entries.map(
          (entry) =>
            html`<li class="row">
              ${plate(entry)}<bdi class="row__main">${entry.name}</bdi>
              <button class="button" @click=${() => withdraw(entry)}>${t("plan.withdraw")}</button>
            </li>`,
        )}
      </ol>
      ${this.#entryForm()}
    </section>`;
  }

  render() {
    const { events, eventId, plan, drivers, cars } = this;
    const act = this.act.bind(this);
    const choice = {
      formats: this.formats,
      chosen: this.formatName,
      onChoose: (name) => (this.formatName = name),
    };
    const onEvent = {
      onChoose: (id) => this.#choose(id),
      onCreate: (body) => this.#createEvent(body),
      act,
    };
    return html`${eventCard(events, eventId, plan, onEvent)}
    ${registryCard({ title: t("plan.drivers"), path: "/drivers", idKey: "driver_id", rows: drivers, act })}
    ${registryCard({ title: t("plan.cars"), path: "/cars", idKey: "car_id", rows: cars, act, hasId: true })}
    ${
      plan === null
        ? nothing
        : html`${this.#entries()} ${stageCard(plan, choice, act)}
            <progression-card .plan=${plan}></progression-card> ${heatsCard(plan, cars, act, this)}`
    }`;
  }
}

customElements.define("plan-tab", PlanTab);
