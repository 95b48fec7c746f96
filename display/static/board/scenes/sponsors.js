// Pictures of those who pay for the race: a wall of them, and one after the other in the footer.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { PagedElement } from "/static/parts/paged_element.js";

const STRIP_MS = 6000;
const WALL_MS = 9000;
const WALL_SHOWN = 6;

/** A picture that can't be had leaves its name. */
const picture = (sponsor) =>
  html`<img
    class="sponsor__picture"
    src=${`/api/v1${sponsor.picture}`}
    alt=${sponsor.name}
    @error=${({ target }) => target.parentElement.classList.add("sponsor--unseen")}
    @load=${({ target }) => target.parentElement.classList.remove("sponsor--unseen")}
  />`;

const card = (sponsor) =>
  html`<li class="sponsor">
    ${picture(sponsor)}<bdi class="sponsor__name" aria-hidden="true">${sponsor.name}</bdi>
  </li>`;

class SponsorWall extends PagedElement {
  static properties = { sponsors: { attribute: false } };

  periodMs = WALL_MS;

  render() {
    const pages = Math.max(1, Math.ceil(this.sponsors.length / WALL_SHOWN));
    const first = (this.page % pages) * WALL_SHOWN;
    const shown = this.sponsors.slice(first, first + WALL_SHOWN);
    return html`<h2 class="panel__title panel__title--large">${t("sponsors.thanks")}</h2>
      ${
        shown.length === 0
          ? html`<p class="hero__lead coming__none">${t("sponsors.none")}</p>`
          : html`<ul class="sponsor-wall sponsor-wall--${shown.length}" data-testid="sponsor-wall">
              ${shown.map(card)}
            </ul>`
      }`;
  }
}

class SponsorStrip extends PagedElement {
  static properties = { sponsors: { attribute: false } };

  periodMs = STRIP_MS;

  render() {
    if (this.sponsors.length === 0) return nothing;
    const shown = this.sponsors[this.page % this.sponsors.length];
    return html`<ul class="sponsor-strip" aria-label=${t("sponsors.title")} data-testid="sponsor-strip">
      ${card(shown)}
    </ul>`;
  }
}

customElements.define("sponsor-wall", SponsorWall);
customElements.define("sponsor-strip", SponsorStrip);
