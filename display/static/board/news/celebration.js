// A new best lap of all takes the hero's room for a moment; it stands still where motion is unwanted.

import { html, nothing } from "lit";
import { lapTime, shownUs } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { entryOf, standingsRows } from "/static/view_model.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";

const SHOWN_MS = 4500;

/** Whose best it was before: the first of whom the standings say so; null where nobody is named. */
function holderBefore(before) {
  const row = standingsRows(before).find((each) => each.best_lap_us === before.overall_best_us);
  return row?.entry ?? null;
}

class NewBest extends PageElement {
  static properties = { shown: { state: true } };

  celebrate(before, after, lap) {
    clearTimeout(this.timer);
    this.shown = {
      lap,
      entry: entryOf(after, lap.entry_id ?? after.heat.entry_id),
      gainUs: shownUs(lap.duration_us) - shownUs(before.overall_best_us),
      holder: holderBefore(before),
    };
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

  #beaten() {
    const { entry, gainUs, holder } = this.shown;
    if (holder === null || gainUs === 0) return nothing;
    const time = lapTime(-gainUs);
    if (holder.entry_id === entry.entry_id)
      return html`<p class="new-best__gain digits">${t("best.than_before", { time })}</p>`;
    return html`<p class="new-best__gain">
      <span class="digits">${t("best.than", { time })}</span>
      ${plate(holder)} <bdi class="name">${holder.name}</bdi>
    </p>`;
  }

  render() {
    if (!this.shown) return nothing;
    const { lap, entry } = this.shown;
    return html`<div class="new-best" data-testid="new-best">
      <p class="new-best__word"><span aria-hidden="true">◆</span> ${t("best.title")}</p>
      <strong class="new-best__time digits">${lapTime(lap.duration_us)}</strong>
      <p class="new-best__who">${plate(entry)}<bdi class="name">${entry.name}</bdi></p>
      ${this.#beaten()}
    </div>`;
  }
}

customElements.define("new-best", NewBest);
