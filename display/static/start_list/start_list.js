// The start lists of the event that is on, for everybody: who drives when, followed live.

import { html, nothing } from "lit";
import { ApiError, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { PageElement } from "/static/parts/element.js";
import { REFRESH_MS, startList, startListCause } from "/static/parts/standings/start_list.js";
import { wordmark } from "/static/parts/wordmark.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import { everyWhileShown } from "/static/parts/while_shown.js";
import "/static/parts/banners/contact_banner.js";

/** Facts come in bursts: what follows from them is read once they have settled. */
const QUIET_MS = 400;

const isOver = (list) => list.heats.every((heat) => heat.phase === "finished");

const stillToComeFirst = (lists) => [
  ...lists.filter((list) => !isOver(list)),
  ...lists.filter((list) => isOver(list)),
];

class PaddockStartList extends PageElement {
  static properties = { lists: { state: true }, view: { state: true } };

  #cause = "";
  #timer = null;

  constructor() {
    super();
    everyWhileShown(this, REFRESH_MS, () => this.view !== null && this.#load());
  }

  connectedCallback() {
    super.connectedCallback();
    this.lists = null;
    this.view = null;
    this.feed = new LiveFeed();
    this.feed.addEventListener("change", () => this.#follow());
    this.feed.start();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #follow() {
    this.view = this.feed.view;
    this.requestUpdate();
    if (this.view === null || startListCause(this.view) === this.#cause) return;
    const isFirst = this.#cause === "";
    this.#cause = startListCause(this.view);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), isFirst ? 0 : QUIET_MS);
  }

  async #load() {
    const { event_id: eventId } = this.view;
    const path = `/events/${eventId}/stages`;
    try {
      const stages = await read(path);
      const lists = await Promise.all(
        stages.map((stage) => read(`${path}/${stage.stage_id}/start-list`)),
      );
      if (this.view?.event_id !== eventId) return;
      this.stages = new Map(stages.map((stage) => [stage.stage_id, stage]));
      this.lists = stillToComeFirst(lists);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#cause = ""; // no contact: the banner says so, and the next change asks again
    }
  }

  #stages() {
    const planned = this.lists.filter((list) => list.heats.length > 0);
    if (planned.length === 0) return html`<p class="lead">${t("start.empty")}</p>`;
    return planned.map(
      (list) =>
        html`<section class="card">
          <h2 class="card__title"><bdi>${list.title}</bdi></h2>
          ${startList(list, this.stages.get(list.stage_id), this.view?.entries ?? {})}
        </section>`,
    );
  }

  render() {
    const { feed, view, lists } = this;
    return html`<header class="control__header">
        ${wordmark}<a class="button button--small" href="/">${t("start.to_board")}</a>
      </header>
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)}
      <main class="control__main">
        <h1 class="headline">${t("nav.start_list")}</h1>
        ${view === null ? nothing : html`<p class="lead"><bdi>${view.name}</bdi></p>`}
        ${lists === null ? nothing : this.#stages()}
      </main>`;
  }
}

await loadLanguage();
customElements.define("paddock-start-list", PaddockStartList);
