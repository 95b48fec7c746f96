// The bracket by itself for a whole screen: every match, who races now, who has won it.

import { html, nothing } from "lit";
import { loadLanguage, t } from "/static/i18n.js";
import { LiveFeed } from "/static/live.js";
import { entryOf, isOnTrack } from "/static/view_model.js";
import { boardHeader } from "/static/board/header.js";
import { Matches } from "/static/bracket/matches.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";
import { venueBanner } from "/static/parts/banners/venue_banner.js";
import "/static/board/bracket.js";
import "/static/parts/banners/contact_banner.js";

const TURNS_SHOWN = 5;
const ROWS_SHOWN = 8;
/** Fewer than so many matches in a turn leave room for large letters. */
const ROOMY_ROWS = 4;

/** Who won the stage: the last match's winner once nothing of it is open. */
function winnerOf(matches) {
  const decider = matches.find((match) => match.part === "decider" && match.state !== "unneeded");
  const last = decider ?? matches.find((match) => match.part === "final");
  return last?.sides.find((side) => side.is_winner)?.entry_id ?? null;
}

const mostInATurn = (matches) => {
  const counts = Map.groupBy(matches, (match) => match.turn);
  return Math.max(0, ...[...counts.values()].map((each) => each.length));
};

const notice = (title, lead) =>
  html`<section class="bracket-none">
    <h2 class="bracket-none__title">${title}</h2>
    <p class="bracket-none__lead">${lead}</p>
  </section>`;

class PaddockBracket extends PageElement {
  connectedCallback() {
    super.connectedCallback();
    this.feed = new LiveFeed();
    this.matches = new Matches(() => this.requestUpdate());
    this.feed.addEventListener("change", () => {
      this.matches.follow(this.feed.view);
      this.requestUpdate();
    });
    this.feed.start();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.matches.stop();
  }

  #winner(view, matches) {
    const entryId = winnerOf(matches);
    if (entryId === null) return nothing;
    const entry = entryOf(view, entryId);
    return html`<p class="bracket-winner" data-testid="winner">
      <span class="label">${t("bracket.winner")}</span> ${plate(entry)}
      <bdi class="name">${entry.name}</bdi>
    </p>`;
  }

  #main() {
    const { feed } = this;
    const { view } = feed;
    if (view === null)
      return feed.isReady && feed.eventId === null
        ? notice(t("none.title"), t("none.lead"))
        : nothing;
    const { found } = this.matches;
    if (found === undefined) return nothing;
    if (found === null) return notice(t("bracket.none"), t("bracket.none_lead"));
    const matches = Object.values(found.matches);
    if (matches.length === 0) return notice(t("bracket.too_few"), t("bracket.too_few_lead"));
    const isRoomy = mostInATurn(matches) <= ROOMY_ROWS;
    return html`${found.isDrawn ? nothing : html`<p class="bracket-note" data-testid="not-drawn">${t("bracket.not_drawn")}</p>`}
      <board-bracket
        class="panel ${isRoomy ? "panel--roomy" : ""}"
        turns=${TURNS_SHOWN}
        rows=${ROWS_SHOWN}
        .view=${{ ...view, stage: found.stage, matches: found.matches }}
      ></board-bracket>
      ${this.#winner(view, matches)}`;
  }

  render() {
    const { feed } = this;
    const { view } = feed;
    return html`<div class="board bracket-page ${feed.hasContact ? "" : "board--lost"}">
      ${boardHeader(view === null || isOnTrack(view) ? view : { ...view, heat: null }, feed)}
      <contact-banner .feed=${feed} ?hasContact=${feed.hasContact}></contact-banner>
      ${venueBanner(feed)}
      <main class="board__main">${this.#main()}</main>
    </div>`;
  }
}

await loadLanguage();
customElements.define("paddock-bracket", PaddockBracket);
