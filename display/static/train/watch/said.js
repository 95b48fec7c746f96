// What a training says of itself, in the reader's language where it is known, else as it came.

import { html } from "lit";
import { t } from "/static/i18n.js";

const KNOWN = [
  [/^Warm start: /, () => t("train.said.warm_start")],
  [/^Begins with what /, () => t("train.said.from_parent")],
  [/^Chosen: the centre line\b/, () => t("train.said.chosen_centre")],
  [/^Chosen: (\d+)\s?% of the width left/, ([, share]) => t("train.said.chosen_left", { share })],
  [/^Chosen: (\d+)\s?% of the width right/, ([, share]) => t("train.said.chosen_right", { share })],
  [/^Watched the expert: (\d+)/, ([, count]) => t("train.said.watched", { count })],
  [/^Drove round (\d+) of (\d+): (\d+)/, ([, round, of, off]) => t("train.said.drove", { round, of, off })],
  [/^Going on after ([\d,]+) steps/, ([, steps]) => t("train.said.going_on", { steps: steps.replaceAll(",", " ") })],
  [/^The cluster lost the cars/, () => t("train.said.cluster_lost")],
  [/^The process was killed/, () => t("train.said.killed")],
];

export function said(words) {
  for (const [pattern, word] of KNOWN) {
    const found = pattern.exec(words);
    if (found !== null) return html`${word(found)}`;
  }
  return html`<span lang="en">${words}</span>`;
}
