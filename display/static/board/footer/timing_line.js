// How exact the lines measured themselves to be, where spectators see it; nothing where none did.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { timingText } from "/static/parts/laps/measures.js";

/** So many fit into the footer; the finish line's, by its name, is among the first. */
const SHOWN = 2;

const finishFirst = (left, right) =>
  Number(right.gate === "finish") - Number(left.gate === "finish");

/** `report` is the stream's `TimingReport`, null before any came. */
export function timingLine(report) {
  const lines = (report?.lines ?? []).toSorted(finishFirst);
  if (lines.length === 0) return nothing;
  return html`<p class="footer__timing digits" title=${timingText(lines)} data-testid="timing">
    <span class="label">${t("timing.title")}</span>
    ${lines.slice(0, SHOWN).map((line) => html`<span class="footer__line">${timingText([line])}</span>`)}
  </p>`;
}
