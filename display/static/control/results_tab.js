// Results in race control: files to hand out, awards of one's own, and the page to show or print.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, formValues, textField } from "/static/parts/forms/form.js";
import { downloads } from "/static/results/downloads.js";
import { awardReason, awardTitle } from "/static/results/tables.js";
import "/static/control/results/import_card.js";
import "/static/parts/virtual/proofs.js";

class ResultsTab extends PageElement {
  static properties = {
    feed: { attribute: false },
    isOrganiser: { attribute: false },
    events: { state: true },
    eventId: { state: true },
    entries: { state: true },
    told: { state: true },
    hasVirtual: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.events = [];
    this.entries = [];
    this.told = null;
    this.hasVirtual = false;
    this.eventId = this.feed.eventId;
    this.#load();
  }

  async #load() {
    const events = await perform(this, () => read("/events"));
    if (events === null) return;
    this.events = events.toReversed();
    this.eventId ??= this.events[0]?.event_id ?? null;
    await this.#choose(this.eventId);
  }

  async #choose(eventId) {
    this.eventId = eventId;
    if (eventId === null) return;
    const path = `/events/${encodeURIComponent(eventId)}`;
    const found = await perform(this, () =>
      Promise.all([
        read(`${path}/results`),
        read(`${path}/entries`),
        read(`${path}/stages/virtual`),
      ]),
    );
    if (found === null || this.eventId !== eventId) return;
    const [told, entries, virtual] = found;
    this.told = told;
    this.entries = entries;
    this.hasVirtual = virtual.length > 0;
  }

  get #path() {
    return `/events/${encodeURIComponent(this.eventId)}/awards`;
  }

  async #give(event) {
    const form = event.target;
    const body = formValues(event);
    const done = t("results.award_given", { title: body.title });
    if ((await submit(this, this.#path, body, done)) === null) return;
    form.reset();
    await this.#choose(this.eventId);
  }

  async #takeBack(award) {
    const path = `${this.#path}/${encodeURIComponent(award.award_id)}`;
    const done = t("results.award_taken_back", { title: award.title });
    if ((await submit(this, path, {}, done, "DELETE")) !== null) await this.#choose(this.eventId);
  }

  #eventChoice() {
    return html`<label class="field">
      <span>${t("plan.event")}</span>
      <select @change=${(event) => this.#choose(event.target.value)}>
        ${this.events.map(
          (each) =>
            html`<option value=${each.event_id} ?selected=${each.event_id === this.eventId}>
              ${each.name}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #files() {
    return html`<section class="card">
      <h2 class="card__title">${t("results.title")}</h2>
      ${this.#eventChoice()}
      <a class="button button--main" href=${`/results?event=${encodeURIComponent(this.eventId)}`}
        >${t("results.open_page")}</a
      >
      <a class="button" href=${`/analysis?event=${encodeURIComponent(this.eventId)}`}
        >${t("analysis.open_page")}</a
      >
      <a class="button" href="/season">${t("results.season_page")}</a>
      ${downloads(this.eventId, this.isOrganiser && this.hasVirtual)}
      <p class="muted">${t("results.bundle_hint")}</p>
      ${this.isOrganiser && this.hasVirtual ? html`<p class="muted">${t("results.models_hint")}</p>` : nothing}
      ${
        this.told === null
          ? nothing
          : html`<p>${t("results.venue_key")} <span class="id">${this.told.venue_key}</span></p>`
      }
    </section>`;
  }

  #award(award) {
    return html`<li class="row">
      <span class="row__main"
        ><strong><bdi>${awardTitle(award)}</bdi></strong>
        <span><bdi>${award.driver}</bdi> <span class="muted">${awardReason(award)}</span></span></span
      >
      ${
        award.kind === "own" && this.isOrganiser
          ? html`<button class="button" @click=${() => this.#takeBack(award)}>
              ${t("results.take_back")}
            </button>`
          : nothing
      }
    </li>`;
  }

  #form() {
    if (!this.isOrganiser || this.entries.length === 0) return nothing;
    const choices = this.entries.map((each) => [each.entry_id, `${each.number} · ${each.name}`]);
    return html`<form class="form" @submit=${(event) => this.#give(event)}>
      ${textField(t("results.award_title"), "title")}
      ${choiceField(t("standings.name"), "entry_id", choices)}
      ${textField(t("results.award_reason"), "reason", { isRequired: false })}
      <button class="button">${t("results.give_award")}</button>
    </form>`;
  }

  #awards() {
    if (this.told === null) return nothing;
    return html`<section class="card">
      <h2 class="card__title">${t("paper.awards")}</h2>
      ${
        this.told.awards.length === 0
          ? html`<p class="muted">${t("results.no_awards")}</p>`
          : html`<ul class="rows" data-testid="awards">
              ${this.told.awards.map((each) => this.#award(each))}
            </ul>`
      }
      ${this.#form()}
    </section>`;
  }

  /** What was read in is on show at once. */
  #import() {
    const show = (eventId) => {
      this.eventId = eventId;
      return this.#load();
    };
    return html`<import-card .onImported=${show}></import-card>`;
  }

  render() {
    const races =
      this.eventId === null
        ? html`<p class="muted">${t("results.none")}</p>`
        : html`${this.#files()} <run-proofs .eventId=${this.eventId}></run-proofs> ${this.#awards()}`;
    return html`${races} ${this.isOrganiser ? this.#import() : nothing}`;
  }
}

customElements.define("results-tab", ResultsTab);
