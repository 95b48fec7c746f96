// How many have signed up and wait to be let in, beside the tab where that is done.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

/** People register without a fact, so that nothing tells this page: it asks. */
const ASK_AGAIN_MS = 5000;

class WaitingCount extends PageElement {
  static properties = { eventId: { attribute: false }, count: { state: true } };


  constructor() {
    super();
    this.count = 0;
    everyWhileShown(this, ASK_AGAIN_MS, () => this.#ask());
  }

  willUpdate(changed) {
    if (!changed.has("eventId")) return;
    this.count = 0;
    this.#ask();
  }

  async #ask() {
    const { eventId } = this;
    if (document.hidden || eventId === null) return;
    try {
      const all = await read(`/events/${eventId}/registrations`);
      if (this.eventId !== eventId) return;
      this.count = all.filter((each) => each.status === "pending").length;
    } catch {
      // asked again soon; the banner says where there is no contact
    }
  }

  render() {
    if (this.count === 0) return nothing;
    const words = t("people.waiting", { count: this.count });
    return html`<span class="tabs__count digits" role="status" aria-label=${words} title=${words}>${this.count}</span>`;
  }
}

customElements.define("waiting-count", WaitingCount);
