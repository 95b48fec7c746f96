// The small pieces that every page draws alike: an entry's number plate and a lap's mark.

import { html, nothing } from "lit";
import { inkOn } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { GLYPHS, lapMark } from "/static/view_model.js";

/** A number plate in the entry's colour. Colours go through the CSSOM: no inline style attribute. */
export const plate = (entry) =>
  html`<span
    class="plate digits"
    .style=${`--plate:${entry.colour};--plate-ink:${inkOn(entry.colour)}`}
    >${entry.number}</span
  >`;

/** Says of a guest's car that it is timed and no more: no guard, no model that anybody knows. */
export const timedOnlyMark = (isTimedOnly) =>
  isTimedOnly
    ? html`<span class="timed-only" data-testid="timed-only">${t("entry.timed_only")}</span>`
    : nothing;

/** The glyph that says how good a lap was, with words for those who don't see it. */
export function markGlyph(lap) {
  const mark = lapMark(lap);
  return html`<span class="mark mark--${mark}" role="img" aria-label=${t(`mark.${mark}`)}
    >${GLYPHS[mark]}</span
  >`;
}
