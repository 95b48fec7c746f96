// What was ruled about my runs, and why: so that nobody wonders where a second came from.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { rulingRow } from "/static/parts/rulings/ruling_row.js";
import { rulingRows } from "/static/view_model.js";

/** Of the newest rulings of the event, which the live document holds, those about my entry. */
export function rulingsCard({ view, entry }) {
  const mine = rulingRows(view).filter((ruling) => ruling.entry_id === entry.entry_id);
  if (mine.length === 0) return nothing;
  return html`<section class="card" data-testid="my-rulings">
    <h2 class="card__title">${t("me.rulings")}</h2>
    <ol class="rows">
      ${mine.map((ruling) => rulingRow(view, ruling, nothing))}
    </ol>
  </section>`;
}
