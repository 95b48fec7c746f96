// What holds more than a screen does and can't be scrolled: page after page, by itself.

import { html, nothing } from "lit";
import { PageElement } from "/static/parts/element.js";

const PAGE_MS = 8000;

/** `page` counts up, each `periodMs`, for as long as the element is shown. */
export class PagedElement extends PageElement {
  static properties = { page: { state: true } };

  periodMs = PAGE_MS;

  connectedCallback() {
    super.connectedCallback();
    this.page = 0;
    this.timer = setInterval(() => (this.page += 1), this.periodMs);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }
}

/** '2/3', where there is more than one page; `page` counts from 0. */
export const pageMark = (page, pages) =>
  pages > 1 ? html`<span class="panel__page digits">${page + 1}/${pages}</span>` : nothing;
