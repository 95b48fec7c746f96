// What a model's stress card says of it, in a chip and in a sentence.

import { html } from "lit";
import { t, tCode } from "/static/i18n.js";

const SIGNS = { ready: "✓", care: "!", not_ready: "✗", untested: "?" };

/** What comes before a track's name in the line of another track. */
const ELSEWHERE = "on:";

/** Dim hall, windows on one side, …; or another track. */
export const stressName = (name) =>
  name.startsWith(ELSEWHERE) ? t("stress.on_track", { track: name.slice(ELSEWHERE.length) }) : tCode("stress", name);

export const stressNames = (names) => names.map(stressName).join(", ");

/** `verdict` is a model's, null where it was never stress-tested. */
export function verdictChip(verdict) {
  const code = verdict?.verdict ?? "untested";
  return html`<span class="chip verdict verdict--${code}" data-verdict=${code}
    ><span aria-hidden="true">${SIGNS[code]}</span> ${t(`readiness.${code}`)}</span
  >`;
}

/** 'Fails on demo with: a dim hall.' */
export function verdictNote(verdict) {
  if (verdict === null) return t("readiness.untested_note");
  const { verdict: code, track, weak } = verdict;
  return t(`readiness.${code}_note`, { track, weak: stressNames(weak) });
}
