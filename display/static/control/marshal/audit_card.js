// Every ruling of the event, newest first: who, when and why, and a way to take each back.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { rulingRow } from "/static/parts/rulings/ruling_row.js";
import { rulingSentence } from "/static/parts/rulings/ruling_words.js";

export const RULINGS_SHOWN = 20;

/** What taking a ruling of that kind back is called. */
function backText(kind) {
  if (kind === "RulingReversed") return t("marshal.bring_back");
  return kind === "ProtestLodged" ? t("marshal.withdraw_protest") : t("action.undo");
}

function auditItem(view, ruling, rule) {
  const text = backText(ruling.kind);
  const ask = () =>
    rule({
      title: text,
      about: rulingSentence(view, ruling),
      path: `/rulings/${ruling.ruling_id}/reverse`,
    });
  const button = html`<button class="button" @click=${ask}>${text}</button>`;
  return rulingRow(view, ruling, ruling.is_reversed ? nothing : button);
}

/** `actions`: rule(asked), areAllShown, showAll(). `rulings` come oldest first. */
export function auditCard(view, rulings, { rule, areAllShown, showAll }) {
  const newest = rulings.toReversed();
  const shown = areAllShown ? newest : newest.slice(0, RULINGS_SHOWN);
  return html`<section class="card" data-testid="audit">
    <h2 class="card__title">${t("control.rulings")}</h2>
    ${newest.length === 0 ? html`<p class="muted">${t("control.no_rulings")}</p>` : nothing}
    <ol class="rows">
      ${shown.map((ruling) => auditItem(view, ruling, rule))}
    </ol>
    ${
      shown.length < newest.length
        ? html`<button class="button" @click=${showAll}>
            ${t("marshal.show_all", { count: newest.length })}
          </button>`
        : nothing
    }
  </section>`;
}
