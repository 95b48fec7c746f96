// A stage's matches, turn by turn: who meets whom, who won and by what, and what is due.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { matchTitles, whoComes } from "/static/parts/standings/match.js";
import { plate } from "/static/parts/plate.js";
import { value } from "/static/parts/standings/worth.js";

const SETTLED = ["raced", "equal", "walkover"];

function matchSide(plan, titles, match, side) {
  if (side.entry_id === null)
    return html`<li class="match__side">
      <span class="match__name muted">${whoComes(side, titles)}</span>
    </li>`;
  const entry = entryOf(plan, side.entry_id);
  const isLoser = SETTLED.includes(match.state) && !side.is_winner;
  const state = side.is_winner ? "match__side--winner" : isLoser ? "match__side--loser" : "";
  return html`<li class="match__side ${state}">
    ${plate(entry)}<bdi class="match__name">${entry.name}</bdi>
    ${side.value_us === null ? nothing : html`<span class="digits">${value(side)}</span>`}
    ${side.is_winner ? html`<span class="cut__in" role="img" aria-label=${t("match.won")}>✓</span>` : nothing}
  </li>`;
}

const matchBox = (plan, titles, match) =>
  html`<section class="match match--${match.state}" data-match=${match.name}>
    <h3 class="match__head">
      <span>${titles[match.name]}</span><span>${t(`match_state.${match.state}`)}</span>
    </h3>
    <ul>
      ${match.sides.map((side) => matchSide(plan, titles, match, side))}
    </ul>
  </section>`;

/** `bracket` is what `GET …/bracket` answers; `plan` the live document, for names and colours. */
export function bracketView(plan, bracket) {
  const shown = bracket.matches.filter((match) => match.state !== "unneeded");
  const titles = matchTitles(bracket.matches, bracket.format_name);
  const turns = [...new Set(shown.map((match) => match.turn))].sort((left, right) => left - right);
  return html`<div class="bracket" data-testid="bracket">
    ${turns.map(
      (turn) =>
        html`<div class="bracket__turn">
          ${shown.filter((match) => match.turn === turn).map((match) => matchBox(plan, titles, match))}
        </div>`,
    )}
  </div>`;
}
