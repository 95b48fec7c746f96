// The head of the pages on which models are made: the way to each other, and back to the race.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { MAKING_PAGES } from "/static/parts/making_links.js";
import { wordmark } from "/static/parts/wordmark.js";

const link = ([address, name], here) =>
  html`<a
    class="workshop-head__page"
    href=${address}
    aria-current=${address === here ? "page" : nothing}
    >${t(name)}</a
  >`;

function back(who) {
  if (!who) return html`<a class="button button--small" href="/">${t("season.to_board")}</a>`;
  return who.role === "driver"
    ? html`<a class="button button--small" href="/me">${t("nav.me")}</a>`
    : html`<a class="button button--small" href="/control">${t("nav.control")}</a>`;
}

/** `here` is the page's own address; `who` is signed in, if anybody is. */
export const workshopHead = (here, who) =>
  html`<header class="control__header workshop-head">
    ${wordmark}
    <nav class="workshop-head__pages" aria-label=${t("making.pages")}>
      ${MAKING_PAGES.map((page) => link(page, here))}
    </nav>
    ${back(who)}
  </header>`;
