// Says 'no contact for N s', counting, while the feed is silent.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const COUNT_MS = 500;

class ContactBanner extends PageElement {
  static properties = { feed: { attribute: false }, hasContact: { type: Boolean } };

  constructor() {
    super();
    everyWhileShown(this, COUNT_MS, () => this.hasContact || this.requestUpdate());
  }

  render() {
    if (this.hasContact || !this.feed) return nothing;
    return html`<div class="contact-banner" data-testid="no-contact">
      <span class="contact-banner__sign" aria-hidden="true">!</span>
      <span class="visually-hidden" role="alert">${t("contact.lost")}</span>
      <span class="digits" aria-hidden="true"
        >${t("contact.silent", { seconds: this.feed.silentS() })}</span
      >
    </div>`;
  }
}

customElements.define("contact-banner", ContactBanner);
