// A match of a bracket or a round robin in words, from the name that the log uses.

import { t } from "/static/i18n.js";

const NAMED = ["final", "decider", "bronze"];
const PARTS = { r: "round", w: "winners", l: "losers" };

/** "Round 1 · 2", "Lower 2 · 1", "Final"; another name as it is. */
export function matchTitle(name) {
  if (NAMED.includes(name)) return t(`match.${name}`);
  const found = /^([rwl])(\d+)m(\d+)$/.exec(name);
  if (found === null) return name;
  const [, part, round, number] = found;
  return t(`match.${PARTS[part]}`, { round, number });
}

/**
 * The title of a match of a stage with `format_name` and a drawn `field` of so many: the rounds of a
 * single elimination halve it, so the name and the number tell which ones are the last.
 */
export function titleInStage(name, format, fieldSize) {
  const found = /^r(\d+)m(\d+)$/.exec(name);
  if (found === null || format !== "single_elimination" || !fieldSize) return matchTitle(name);
  const number = Number(found[2]);
  const toFinal = Math.ceil(Math.log2(fieldSize)) - Number(found[1]);
  if (toFinal === 1) return t("match.semi", { number });
  if (toFinal === 2) return t("match.quarter", { number });
  return matchTitle(name);
}

/** The matches' titles by name: the last rounds of a single elimination have names of their own. */
export function matchTitles(matches, format) {
  const title = (match) => {
    const peers = matches.filter((each) => each.turn === match.turn && each.part === match.part);
    const isNamed = format === "single_elimination" && match.part === "main";
    if (isNamed && peers.length === 2) return t("match.semi", { number: match.number });
    if (isNamed && peers.length === 4) return t("match.quarter", { number: match.number });
    return matchTitle(match.name);
  };
  return Object.fromEntries(matches.map((match) => [match.name, title(match)]));
}

/** Who takes a side that isn't known yet: "Winner of Semi-final 2"; a bye where nobody will. */
export function whoComes(side, titles) {
  if (side.is_known) return t("match.nobody");
  return t(`match.${side.feed}_of`, { match: titles[side.from_match] });
}

/** The title of the match that a heat of the document is part of; null where it is of none. */
export function titleInView(view, name) {
  if (!name) return null;
  if (view.matches === null) return matchTitle(name);
  return matchTitles(Object.values(view.matches), view.stage?.format_name)[name] ?? matchTitle(name);
}
