// A stress card: under each stress, how many laps were clean, and whether that is enough.

import { html, nothing } from "lit";
import { dateAndTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { verdictChip, verdictNote } from "/static/parts/cars/verdict.js";

/** What a card says in short. */
export const verdictOf = (card) => ({
  verdict: card.verdict,
  weak: card.stress.filter((each) => !each.is_good).map((each) => each.name),
  track: card.track,
});

const line = (each) =>
  html`<li class="stress__line ${each.is_good ? "" : "stress__line--weak"}" data-stress=${each.name}>
    <span class="stress__name"><span aria-hidden="true">${each.is_good ? "✓" : "✗"}</span> ${tCode("stress", each.name)}</span>
    <span class="digits"
      ><span class="visually-hidden">${each.is_good ? t("library.enough") : t("library.too_few")}</span>
      ${each.laps_clean}/${each.laps_started}</span
    >
    <meter class="stress__bar" min="0" max=${each.laps_started} value=${each.laps_clean} aria-hidden="true"></meter>
  </li>`;

/** The lines alone: those of a test under way as well. */
export const stressLines = (stress) =>
  html`<ol class="stress">
    ${stress.map(line)}
  </ol>`;

/** `card` whole, null where the model was never tested. */
export function stressCard(card) {
  if (card === null) return html`<p class="stress__verdict">${verdictChip(null)}</p>`;
  const verdict = verdictOf(card);
  return html`<p class="stress__verdict">${verdictChip(verdict)} <span>${verdictNote(verdict)}</span></p>
    ${stressLines(card.stress)}
    <p class="muted">
      ${t("library.card_of", { track: card.track, when: dateAndTime(card.made_utc, language()) })}
      ${card.versions === "" ? nothing : html`<span class="library__small">${card.versions}</span>`}
    </p>`;
}
