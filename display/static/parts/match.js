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
