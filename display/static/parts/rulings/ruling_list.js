// The audit: who ruled what, when and why, and a way to take each ruling back.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { rulingRows } from "/static/view_model.js";
import { rulingRow } from "/static/parts/rulings/ruling_row.js";

function rulingItem(view, ruling, { isBusy, onReverse }) {
  const canReverse = !ruling.is_reversed && ruling.kind !== "RulingReversed";
  const button = html`<button
    class="button"
    ?disabled=${isBusy}
    @click=${() => onReverse(ruling.ruling_id)}
  >
    ${t("action.undo")}
  </button>`;
  return rulingRow(view, ruling, canReverse ? button : nothing);
}

/** `actions`: isBusy, onReverse(ruling_id). */
export function rulingList(view, actions) {
  const rows = rulingRows(view);
  return html`<section class="card">
    <h2 class="card__title">${t("control.rulings")}</h2>
    ${rows.length === 0 ? html`<p class="muted">${t("control.no_rulings")}</p>` : nothing}
    <ol class="rows">
      ${rows.map((ruling) => rulingItem(view, ruling, actions))}
    </ol>
  </section>`;
}
