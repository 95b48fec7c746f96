// For whoever speaks to the hall: who is on track, who comes, how it stands, and what to say of it.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { nextPanel, onTrackPanel, standingsPanel } from "/static/commentator/panels.js";
import { storiesCause, storyList } from "/static/commentator/stories.js";
import { PageElement } from "/static/parts/element.js";
import { Followed } from "/static/parts/followed.js";
import { stopBanner } from "/static/parts/banners/stop_banner.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import { wordmark } from "/static/parts/wordmark.js";
import { everyWhileShown } from "/static/parts/while_shown.js";
import "/static/parts/banners/contact_banner.js";

/** How often it is asked whether a story is still new. */
const AGE_MS = 5000;

class PaddockCommentator extends PageElement {
  constructor() {
    super();
    everyWhileShown(this, AGE_MS, () => this.requestUpdate());
  }

  connectedCallback() {
    super.connectedCallback();
    this.feed = new LiveFeed();
    this.told = new Followed(
      (eventId) => read(`/events/${eventId}/stories`),
      () => this.requestUpdate(),
    );
    this.feed.addEventListener("change", () => this.#changed());
    this.feed.start();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.told.stop();
  }

  #changed() {
    const { view } = this.feed;
    if (view === null) this.told.forget();
    else this.told.follow(storiesCause(view), view.event_id);
    this.requestUpdate();
  }

  #stories() {
    const { value } = this.told;
    return html`<section class="card commentator__stories" aria-labelledby="stories">
      <h2 class="card__title" id="stories">${t("commentator.stories")}</h2>
      ${value === undefined ? nothing : storyList(this.feed.view, value.stories, this.feed.raceNowUs())}
    </section>`;
  }

  #main() {
    const { feed } = this;
    const { view } = feed;
    if (view === null)
      return html`<p class="lead">
        ${feed.isReady && feed.eventId === null ? t("none.title") : t("none.connecting")}
      </p>`;
    return html`${onTrackPanel(view, feed)} ${this.#stories()} ${nextPanel(view)} ${standingsPanel(view)}`;
  }

  render() {
    const { feed } = this;
    const { view } = feed;
    return html`<div class="commentator ${feed.hasContact ? "" : "commentator--lost"}">
      <header class="commentator__header">
        ${wordmark}
        ${view === null ? nothing : html`<h1 class="commentator__event"><bdi>${view.name}</bdi></h1>`}
      </header>
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)} ${stopBanner(view)}
      <main class="commentator__main">${this.#main()}</main>
    </div>`;
  }
}

await loadLanguage();
customElements.define("paddock-commentator", PaddockCommentator);
