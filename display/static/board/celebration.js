// A few seconds of purple for a new best lap of all; it stands still where motion is unwanted.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";

const SHOWN_MS = 3500;

class NewBest extends PageElement {
  static properties = { shown: { state: true } };

  celebrate(view, lap) {
    clearTimeout(this.timer);
    this.shown = { lap, entry: entryOf(view, view.heat.entry_id) };
    this.timer = setTimeout(() => (this.shown = null), SHOWN_MS);
  }

  /** Ends at once where the lap is no longer the best of all, such as one that was voided. */
  check(view) {
    if (this.shown && view?.overall_best_us !== this.shown.lap.duration_us) this.shown = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  render() {
    if (!this.shown) return nothing;
    const { lap, entry } = this.shown;
    return html`<div class="new-best" data-testid="new-best">
      <span class="new-best__word"><span aria-hidden="true">◆</span> ${t("best.title")}</span>
      <strong class="new-best__time digits">${lapTime(lap.duration_us)}</strong>
      <span class="new-best__who">${plate(entry)}<bdi class="name">${entry.name}</bdi></span>
    </div>`;
  }
}

customElements.define("new-best", NewBest);
