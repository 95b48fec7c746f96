// Setting up an event: the event itself, who takes part, the stages, and who drives when.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { completeView } from "/static/live_document.js";
import { eventCard } from "/static/control/plan/event_card.js";
import { registryCard } from "/static/control/registry_card.js";
import { queueCard } from "/static/control/plan/queue_card.js";
import { perform, submit } from "/static/parts/act.js";
import { makingLinks } from "/static/parts/making_links.js";
import { PageElement } from "/static/parts/element.js";
import "/static/control/screens/screens_card.js";
import "/static/control/progression/progression_card.js";
import "/static/control/plan/entries_card.js";
import "/static/control/plan/rounds_card.js";
import "/static/control/plan/stages_card.js";
import "/static/control/plan/start_list_card.js";
import "/static/control/virtual/queue_card.js";

/** What others do comes in bursts: what follows from it is read once it has settled. */
const QUIET_MS = 400;

class PlanTab extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    events: { state: true },
    drivers: { state: true },
    teams: { state: true },
    models: { state: true },
    entries: { state: true },
    stages: { state: true },
    heats: { state: true },
    cars: { state: true },
    eventId: { state: true },
    plan: { state: true },
    formats: { state: true },
    presets: { state: true },
  };

  #timer = null;
  #loads = 0;

  constructor() {
    super();
    this.events = null;
    this.drivers = [];
    this.teams = [];
    this.models = [];
    this.entries = [];
    this.stages = null; // until they are read
    this.heats = [];
    this.cars = [];
    this.plan = null;
    this.formats = [];
    this.presets = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.eventId = this.feed.eventId;
    this.#load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** What changed elsewhere in the event that is open shows here too. */
  willUpdate(changed) {
    if (!changed.has("view") || this.view === null || this.view.event_id !== this.eventId) return;
    const before = this.plan;
    this.plan = this.view;
    const cause = ({ entries, stage } = {}) => JSON.stringify([entries, stage]);
    if (cause(before ?? undefined) === cause(this.view)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#loadPlan(), QUIET_MS);
  }

  async #load() {
    await perform(this, async () => {
      [this.events, this.drivers, this.teams, this.models, this.cars, this.formats, this.presets] =
        await Promise.all([
          read("/events"),
          read("/drivers"),
          read("/teams"),
          read("/models"),
          read("/cars"),
          read("/formats"),
          read("/presets"),
        ]);
      this.eventId ??= this.events.at(-1)?.event_id ?? null;
      if (this.eventId === null) this.plan = null;
    });
    await this.#loadPlan();
  }

  async #loadPlan() {
    const { eventId } = this;
    if (eventId === null || eventId === undefined) return;
    this.#loads += 1;
    const number = this.#loads;
    await perform(this, async () => {
      const path = `/events/${eventId}`;
      const [snapshot, entries, stages, heats] = await Promise.all([
        read(`${path}/view`),
        read(`${path}/entries`),
        read(`${path}/stages`),
        read(`${path}/heats`),
      ]);
      // Another event was chosen meanwhile, or this one was asked for anew after another command.
      if (this.eventId !== eventId || number !== this.#loads) return;
      this.plan = completeView(snapshot.view);
      this.entries = entries;
      this.stages = stages;
      this.heats = heats;
    });
  }

  #choose(eventId) {
    this.eventId = eventId;
    this.stages = null;
    this.#load();
  }

  /** Sends one command and shows what the server then has; returns the answer or null. */
  act = async (path, body, done, method = "POST") => {
    const answer = await submit(this, path, body, done, method);
    await this.#load();
    return answer;
  };

  async #createEvent(body) {
    const answer = await this.act("/events", body, t("plan.event_created"));
    if (answer !== null) this.#choose(answer.event_id);
  }

  #planned(act) {
    const { plan, entries, stages, drivers, teams, models, formats, presets, cars } = this;
    return html`<entries-card .plan=${plan} .entries=${entries} .drivers=${drivers} .teams=${teams} .models=${models} .reload=${() => this.#load()} .act=${act}></entries-card>
      <stages-card .plan=${plan} .stages=${stages} .formats=${formats} .presets=${presets} .act=${act} .reload=${() => this.#load()}></stages-card>
      ${stages.some((each) => each.is_virtual) ? html`<virtual-queue-card .eventId=${plan.event_id}></virtual-queue-card>` : nothing}
      <progression-card .plan=${plan}></progression-card>
      <rounds-card .plan=${plan} .stages=${stages} .heats=${this.heats} .entries=${entries} .cars=${cars} .reload=${() => this.#load()} .act=${act}></rounds-card>
      ${queueCard(plan, stages, cars, { act, host: this, entries })}
      <start-list-card .plan=${plan} .stages=${stages} .act=${act}></start-list-card>`;
  }

  render() {
    const { events, eventId, plan, drivers, cars, act } = this;
    const onEvent = {
      onChoose: (id) => this.#choose(id),
      onCreate: (body) => this.#createEvent(body),
      act,
    };
    // Nothing is offered before it is known what there is: a form that shuts under a finger is worse.
    if (events === null) return nothing;
    return html`${eventCard(events, eventId, plan, onEvent)}
    ${registryCard({ title: t("plan.drivers"), path: "/drivers", idKey: "driver_id", rows: drivers, act })}
    ${registryCard({ title: t("plan.cars"), path: "/cars", idKey: "car_id", rows: cars, act, hasId: true })}
    ${plan === null || this.stages === null ? nothing : this.#planned(act)}
    <section class="card">
      <h2 class="card__title">${t("making.pages")}</h2>
      <p class="muted">${t("making.lead")}</p>
      ${makingLinks()}
    </section>
    <screens-card></screens-card>`;
  }
}

customElements.define("plan-tab", PlanTab);
