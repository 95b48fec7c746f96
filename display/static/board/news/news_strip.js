// Tells flags, rulings and records as they happen: one after another, some seconds each, once.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { freshNews } from "/static/board/news/happenings.js";
import { newsSentence } from "/static/board/news/news_words.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";

const SHOWN_MS = 6000;
/** Where more is waiting, each gets less. */
const HURRIED_MS = 3500;
const WAITING_MAX = 6;

class BoardNews extends PageElement {
  static properties = { view: { attribute: false }, item: { state: true } };

  #told = new Set();
  #waiting = [];

  /** Takes the step from one document to the next; `nowUs` is the race clock's. */
  follow(before, after, nowUs) {
    for (const item of freshNews(this.#told, before, after, nowUs)) this.#add(item);
  }

  /** A new best of all, where the hero has no room to celebrate it. */
  tellBest(lap, entryId) {
    this.#add({ id: `best:${lap.pass_ref}`, tone: "best", isRoutine: false, us: lap.duration_us, entryId });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  #add(item) {
    if (item.isRoutine && (this.item ?? null) !== null) return;
    this.#waiting = [...this.#waiting, item].slice(-WAITING_MAX);
    if ((this.item ?? null) === null || this.item.isRoutine) this.#next();
    else this.#hurry();
  }

  #next() {
    clearTimeout(this.timer);
    this.item = this.#waiting.shift() ?? null;
    this.shownSince = performance.now();
    if (this.item === null) return;
    this.timer = setTimeout(() => this.#next(), this.#waiting.length > 0 ? HURRIED_MS : SHOWN_MS);
  }

  #hurry() {
    clearTimeout(this.timer);
    const leftMs = Math.max(0, HURRIED_MS - (performance.now() - this.shownSince));
    this.timer = setTimeout(() => this.#next(), leftMs);
  }

  #best({ us, entryId }) {
    const entry = entryOf(this.view, entryId);
    return html`<span class="news__what"><span aria-hidden="true">◆</span> ${t("best.title")}</span>
      <strong class="news__time digits">${lapTime(us)}</strong>
      ${plate(entry)}<bdi class="news__why name">${entry.name}</bdi>`;
  }

  #sentence(item) {
    return html`${item.entryId === null ? nothing : plate(entryOf(this.view, item.entryId))}
      <span class="news__what">${newsSentence(this.view, item)}</span>
      ${item.reason ? html`<bdi class="news__why name">${item.reason}</bdi>` : nothing}`;
  }

  render() {
    const { item } = this;
    const isShown = (item ?? null) !== null && this.view !== null;
    return html`<div class="news ${isShown ? `news--${item.tone}` : ""}" role="status" ?hidden=${!isShown}>
      ${isShown ? html`<p class="news__line" data-testid="happening">${item.tone === "best" ? this.#best(item) : this.#sentence(item)}</p>` : nothing}
    </div>`;
  }
}

customElements.define("board-news", BoardNews);
