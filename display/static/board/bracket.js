// The bracket in place of the standings: the matches of the turns that matter now.

import { html, nothing, svg } from "lit";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { bracketLines } from "/static/board/bracket_lines.js";
import { matchTitles, whoComes } from "/static/parts/standings/match.js";
import { PagedElement, pageMark } from "/static/parts/paged_element.js";
import { plate } from "/static/parts/plate.js";
import { value } from "/static/parts/standings/worth.js";

const TURNS_SHOWN = 3;
const ROWS_PER_TURN = 5;
const OPEN = ["waiting", "due", "planned"];
const DECIDED = ["raced", "equal", "walkover"];
const ELIMINATIONS = ["single_elimination", "double_elimination"];

/** Whether the stage on show is an elimination whose field is drawn. */
export const hasBracket = (view) =>
  view.matches !== null && ELIMINATIONS.includes(view.stage?.format_name);

const PARTS = ["final", "decider", "bronze", "main", "winners", "losers"];
const byPart = (left, right) =>
  PARTS.indexOf(left.part) - PARTS.indexOf(right.part) || left.number - right.number;

/** The matches by turn: as many turns as fit, from the first that isn't over. */
function turnsShown(view, most) {
  const matches = Object.values(view.matches).filter((match) => match.state !== "unneeded");
  const order = [...new Set(matches.map((match) => match.turn))].sort((one, other) => one - other);
  const inTurn = (turn) => matches.filter((match) => match.turn === turn).sort(byPart);
  const isOpen = (turn) => inTurn(turn).some((match) => OPEN.includes(match.state));
  const firstOpen = order.findIndex(isOpen);
  const last = Math.max(0, order.length - most);
  const first = firstOpen < 0 ? last : Math.min(firstOpen, last);
  return order.slice(first, first + most).map(inTurn);
}

const pagesOf = (turns, rows) =>
  Math.max(1, ...turns.map((matches) => Math.ceil(matches.length / rows)));

/** A page's share of a turn: neighbours stay together, so that who meets next stands beside. */
function shareOf(matches, page, pages) {
  const from = Math.floor((matches.length * page) / pages);
  const to = Math.floor((matches.length * (page + 1)) / pages);
  return matches.slice(from, Math.max(to, from + 1));
}

/** Matches of those who have lost once: they lie below the others. */
const isLower = (match) => match.part === "losers" || match.part === "bronze";

/**
 * The room of the lower bracket and of the upper one, each as many matches high as its fullest
 * turn, so that lines run along within their own; null where there is no lower bracket.
 */
function roomsOf(turns) {
  if (!turns.flat().some((match) => match.part === "losers")) return null;
  const most = (isIn) => Math.max(...turns.map((matches) => matches.filter(isIn).length));
  return { upper: most((match) => !isLower(match)), lower: most(isLower) };
}

function sideRow(view, titles, match, side) {
  if (side.entry_id === null)
    return html`<li class="duel__side duel__side--open">${whoComes(side, titles)}</li>`;
  const entry = entryOf(view, side.entry_id);
  const isOut = DECIDED.includes(match.state) && !side.is_winner;
  return html`<li class="duel__side ${isOut ? "duel__side--out" : ""}" ?data-winner=${side.is_winner}>
    ${plate(entry)}<bdi class="name">${entry.name}</bdi>
    ${side.value_us === null ? nothing : html`<span class="duel__value digits">${value(side)}</span>`}
    ${side.is_winner ? html`<span class="cut__in" role="img" aria-label=${t("match.won")}>✓</span>` : nothing}
  </li>`;
}

const isNow = (view, match) =>
  view.heat?.match_name === match.name && match.state === "planned";

function duel(view, titles, match) {
  const now = isNow(view, match) ? "duel--now" : "";
  return html`<li class="duel ${now}" data-match=${match.name}>
    <h3 class="duel__title">${titles[match.name]}</h3>
    <ul>
      ${match.sides.map((side) => sideRow(view, titles, match, side))}
    </ul>
  </li>`;
}

function turnColumn(matches, rooms, shown) {
  const part = (some, room) =>
    html`<ol class="duels__part" .style=${`--room:${room}`}>
      ${some.map(shown)}
    </ol>`;
  const lower = matches.filter(isLower);
  const upper = matches.filter((match) => !isLower(match));
  if (rooms !== null)
    return html`<div class="duels__turn">${part(upper, rooms.upper)}${part(lower, rooms.lower)}</div>`;
  if (lower.length === 0 || upper.length === 0)
    return html`<div class="duels__turn">${part(matches, 1)}</div>`;
  return html`<div class="duels__turn duels__turn--bronze">${part(upper, 1)}${part(lower, 1)}</div>`;
}

/** `turns` and `rows` say how many fit, where it has more room than on the board. */
class BoardBracket extends PagedElement {
  static properties = {
    view: { attribute: false },
    turns: { type: Number },
    rows: { type: Number },
    lines: { state: true },
  };

  constructor() {
    super();
    this.turns = TURNS_SHOWN;
    this.rows = ROWS_PER_TURN;
    this.lines = [];
    this.sizes = new ResizeObserver(() => this.#connect());
  }

  connectedCallback() {
    super.connectedCallback();
    this.sizes.observe(this);
    document.fonts.ready.then(() => this.#connect());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  updated() {
    this.#connect();
  }

  /** Lines follow from where the matches lie, which is known once they are there. */
  #connect() {
    const room = this.querySelector(".duels");
    if (room === null) return;
    const lines = bracketLines(room, Object.values(this.view.matches));
    if (JSON.stringify(lines) !== JSON.stringify(this.lines)) this.lines = lines;
  }

  #line({ d, from, to, isDecided }) {
    const isNext = isNow(this.view, this.view.matches[to] ?? {});
    const kind = isNext ? "now" : isDecided ? "decided" : "open";
    return svg`<path class="duels__line duels__line--${kind}" d=${d} data-from=${from} data-to=${to} />`;
  }

  render() {
    const { view } = this;
    const titles = matchTitles(Object.values(view.matches), view.stage.format_name);
    const turns = turnsShown(view, this.turns);
    const pages = pagesOf(turns, this.rows);
    const page = this.page % pages;
    const shares = turns.map((matches) => shareOf(matches, page, pages));
    const rooms = roomsOf(shares);
    return html`<h2 class="panel__title">
        <bdi>${view.stage.title}</bdi>
        ${pageMark(page, pages)}
      </h2>
      <div class="duels">
        <svg class="duels__lines" aria-hidden="true">${this.lines.map((line) => this.#line(line))}</svg>
        ${shares.map((matches) => turnColumn(matches, rooms, (match) => duel(view, titles, match)))}
      </div>`;
  }
}

customElements.define("board-bracket", BoardBracket);
