// The results page: everything about an event's results, to read, to keep and to print.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { opened } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { timingText } from "/static/parts/laps/measures.js";
import { wordmark } from "/static/parts/wordmark.js";
import { downloads } from "/static/results/downloads.js";
import {
  awardReason,
  awardTitle,
  heatTitle,
  placesTable,
  runSheet,
  stageColumns,
  stageTable,
} from "/static/results/tables.js";
import "/static/parts/banners/page_notice.js";
import "/static/parts/virtual/proofs.js";

const AGAIN_MS = 10_000;
/** A table with more columns is printed across the page. */
const PORTRAIT_COLUMNS = 9;

class PaddockResults extends PageElement {
  static properties = { events: { state: true }, told: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.#open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  async #open() {
    const found = await opened(this, () =>
      Promise.all([read("/events"), read("/events/active")]),
    );
    if (found === null) return;
    const [events, active] = found;
    this.events = events.toReversed();
    const asked = new URLSearchParams(location.search).get("event");
    await this.#show(asked ?? active.event_id);
  }

  /** Results of an event that goes on are asked for again, so that the page is never old. */
  async #show(eventId) {
    clearTimeout(this.timer);
    if (eventId === null) return;
    this.eventId = eventId;
    const told = await perform(this, () => read(`/events/${encodeURIComponent(eventId)}/results`));
    if (this.eventId !== eventId) return;
    if (told !== null) {
      this.told = told;
      document.title = `${told.name} · ${t("page.results")}`;
    }
    if (told === null || !told.is_over) {
      this.timer = setTimeout(() => this.#show(eventId), AGAIN_MS);
    }
  }

  #choose(eventId) {
    history.replaceState(null, "", `/results?event=${encodeURIComponent(eventId)}`);
    this.#show(eventId);
  }

  #bar() {
    return html`<header class="bar">
      ${wordmark}
      ${
        (this.events?.length ?? 0) < 2
          ? nothing
          : html`<label class="field">
              <span>${t("plan.event")}</span>
              <select @change=${(event) => this.#choose(event.target.value)}>
                ${this.events.map(
                  (each) =>
                    html`<option
                      value=${each.event_id}
                      ?selected=${each.event_id === this.eventId}
                    >
                      ${each.name}
                    </option>`,
                )}
              </select>
            </label>`
      }
      <a class="button" href="/virtual">${t("nav.virtual")}</a>
      <button class="button" @click=${() => window.print()}>${t("results.print")}</button>
    </header>`;
  }

  #head(told) {
    return html`<header>
      <h1><bdi>${told.name}</bdi></h1>
      ${told.is_demo ? html`<p class="warning">${t("paper.demo")}</p>` : nothing}
      ${told.is_over ? nothing : html`<p class="warning">${t("paper.not_over")}</p>`}
    </header>`;
  }

  #stage(stage) {
    const columns = stageColumns(stage);
    const ties = stage.tie_breaks.map((code) => tCode("tie_break", code)).join("; ");
    return html`<section class=${columns.length > PORTRAIT_COLUMNS ? "across" : ""}>
      <h2><bdi>${stage.title}</bdi></h2>
      <p>
        ${tCode("format_title", stage.format_name, {}, stage.format_title)}:
        ${tCode("format_description", stage.format_name, {}, stage.format_description)}
      </p>
      ${stage.track === null ? nothing : html`<p>${t(stage.is_virtual ? "paper.virtual_track" : "paper.track", { track: stage.track })}</p>`}
      ${ties === "" ? nothing : html`<p>${t("paper.tie_breaks", { list: ties })}</p>`}
      ${stage.rows.length === 0 ? html`<p>${t("paper.no_results")}</p>` : stageTable(stage, columns)}
    </section>`;
  }

  #awards(awards) {
    if (awards.length === 0) return nothing;
    return html`<section>
      <h2>${t("paper.awards")}</h2>
      <dl>
        ${awards.map(
          (each) =>
            html`<dt><bdi>${awardTitle(each)}</bdi></dt>
              <dd><bdi>${each.driver}</bdi> <small>${awardReason(each)}</small></dd>`,
        )}
      </dl>
    </section>`;
  }

  #watch(heat) {
    if (!heat.runs.some((run) => run.driven.length > 0)) return nothing;
    const where = `/replay?event=${encodeURIComponent(this.eventId)}&heat=${encodeURIComponent(heat.heat_id)}`;
    return html`<a class="button watch" href=${where}>${t("replay.watch")}</a>
      <a class="button watch" href=${where.replace("/replay", "/analysis")}>${t("analysis.open")}</a>`;
  }

  #heats({ heats, stages }) {
    if (heats.length === 0) return nothing;
    return html`<section>
      <h2>${t("paper.heat_sheets")}</h2>
      ${heats.map(
        (heat) =>
          html`<h3><bdi>${heatTitle(heat, stages)}</bdi></h3>
            ${this.#watch(heat)}
            <div class="runs">${heat.runs.map(runSheet)}</div>`,
      )}
    </section>`;
  }

  #foot(told) {
    const when = told.exported_utc.slice(0, 19).replace("T", " ");
    return html`<footer>
      ${told.timing.length === 0 ? nothing : html`<p data-testid="timing">${t("paper.timing", { lines: timingText(told.timing) })}</p>`}
      <p>${t("paper.close")}</p>
      <p>${t("paper.made", { facts: told.facts, when })} UTC · Paddock ${told.paddock_version}</p>
      <p data-testid="venue-key">${t("paper.venue_key", { key: told.venue_key })}</p>
      <p>${t("paper.check", { key: told.venue_key })}</p>
    </footer>`;
  }

  render() {
    const { told } = this;
    return html`${this.#bar()}
      <main>
        ${
          told === undefined
            ? html`<p>${t("results.none")}</p>`
            : html`${this.#head(told)}
                <nav class="files" aria-label=${t("files.title")}>${downloads(told.event_id)}</nav>
                ${
                  told.places.length === 0
                    ? nothing
                    : html`<section>
                        <h2>${t("paper.places")}</h2>
                        ${placesTable(told.places)}
                      </section>`
                }
                ${told.stages.map((stage) => this.#stage(stage))} ${this.#awards(told.awards)}
                ${this.#heats(told)}
                <run-proofs .eventId=${told.event_id}></run-proofs>
                ${this.#foot(told)}`
        }
      </main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("paddock-results", PaddockResults);
