// The season: who leads by driver, team, region or country, and, for organisers, its scheme.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { loginFromAddress, perform, submit } from "/static/parts/act.js";
import { opened, signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { wordmark } from "/static/parts/wordmark.js";
import { eventsForm, schemeForm } from "/static/season/scheme.js";
import { seasonTable } from "/static/season/table.js";
import "/static/parts/forms/login_dialog.js";
import "/static/parts/banners/page_notice.js";

const RANKINGS = ["driver", "team", "region", "country"];

class PaddockSeason extends PageElement {
  static properties = {
    seasons: { state: true },
    seasonId: { state: true },
    ranking: { state: true },
    found: { state: true },
    events: { state: true },
    who: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.seasons = null;
    this.seasonId = null;
    this.ranking = "driver";
    this.found = null;
    this.events = [];
    this.who = null;
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.#begin();
  }

  async #begin() {
    await loginFromAddress(this);
    this.who = await signedIn();
    await this.#load();
  }

  async #load() {
    const found = await opened(this, () => Promise.all([read("/seasons"), read("/events")]));
    if (found === null) return;
    [this.seasons, this.events] = found;
    this.seasonId ??= this.seasons.at(-1)?.season_id ?? null;
    await this.#rank();
  }

  async #rank() {
    const { seasonId, ranking } = this;
    if (seasonId === null) return;
    const found = await perform(this, () =>
      read(`/seasons/${encodeURIComponent(seasonId)}/standings?by=${ranking}`),
    );
    if (found !== null && this.seasonId === seasonId && this.ranking === ranking) this.found = found;
  }

  #choose(change) {
    Object.assign(this, change, { found: null });
    this.#rank();
  }

  async #send(path, body, done, method) {
    const answer = await submit(this, path, body, done, method);
    if (answer === null) return;
    if (answer.season_id) this.seasonId = answer.season_id;
    await this.#load();
  }

  #choices() {
    const { seasons, seasonId, ranking } = this;
    return html`<div class="season__choices">
      ${
        seasons.length < 2
          ? nothing
          : html`<label class="field"
              ><span>${t("season.title")}</span
              ><select @change=${(event) => this.#choose({ seasonId: event.target.value })}>
                ${seasons.map((each) => html`<option value=${each.season_id} ?selected=${each.season_id === seasonId}>${each.name}</option>`)}
              </select></label
            >`
      }
      <div class="season__rankings" role="group" aria-label=${t("season.ranked_by")}>
        ${RANKINGS.map(
          (each) =>
            html`<button
              class="button"
              aria-pressed=${String(each === ranking)}
              @click=${() => this.#choose({ ranking: each })}
            >
              ${tCode("season_ranking", each)}
            </button>`,
        )}
      </div>
    </div>`;
  }

  #standings() {
    const { seasons, found } = this;
    if (seasons === null) return nothing;
    if (seasons.length === 0)
      return html`<section class="card"><p class="muted">${t("season.none")}</p></section>`;
    return html`<section class="card card--wide">
      <h1 class="card__title"><bdi>${found?.season.name ?? ""}</bdi></h1>
      ${this.#choices()} ${found === null ? nothing : seasonTable(found)}
    </section>`;
  }

  #management() {
    if (this.who?.role !== "organiser" || this.seasons === null) return nothing;
    const season = this.seasons.find((each) => each.season_id === this.seasonId) ?? null;
    const send = (...all) => this.#send(...all);
    return html`${season === null ? nothing : eventsForm(season, this.events, send)}
    ${schemeForm(season, send)} ${season === null ? nothing : schemeForm(null, send)}`;
  }

  render() {
    return html`<header class="control__header">
        ${wordmark}
        <a class="button button--small" href="/virtual">${t("nav.virtual")}</a>
        <a class="button button--small" href="/">${t("season.to_board")}</a>
      </header>
      <main class="control__main">${this.#standings()} ${this.#management()}</main>
      <page-notice></page-notice>
      <login-dialog></login-dialog>`;
  }
}

await loadLanguage();
customElements.define("paddock-season", PaddockSeason);
