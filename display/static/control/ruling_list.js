// The audit: who ruled what, when and why, and a way to take each ruling back.

import { html, nothing } from "lit";
import { timeOfDay } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { rulingRows } from "/static/view_model.js";
import { rulingAuthor, rulingSubject, rulingTitle } from "/static/control/ruling_words.js";

function rulingItem(view, ruling, { isBusy, onReverse }) {
  const canReverse = !ruling.is_reversed && ruling.kind !== "RulingReversed";
  return html`<li
    class="row ${ruling.is_reversed ? "row--reversed" : ""}"
    data-ruling=${ruling.ruling_id}
  >
    <span class="row__main">
      <strong>${rulingTitle(ruling)}</strong>
      <span><bdi>${rulingSubject(view, ruling)}</bdi></span>
      <span class="muted">
        ${timeOfDay(ruling.wall_utc, language())} ·
        <bdi>${rulingAuthor(view, ruling)}</bdi>${ruling.reason ? html` · <bdi>${ruling.reason}</bdi>` : nothing}
        ${ruling.is_reversed ? html` · ${t("control.reversed")}` : nothing}
      </span>
    </span>
    ${
      canReverse
        ? html`<button
            class="button"
            ?disabled=${isBusy}
            @click=${() => onReverse(ruling.ruling_id)}
          >
            ${t("action.undo")}
          </button>`
        : nothing
    }
  </li>`;
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
