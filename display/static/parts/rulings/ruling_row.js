// One ruling as a row: what it is, about whom, when, by whom and why, and what can be done about it.

import { html, nothing } from "lit";
import { timeOfDay } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { rulingAuthor, rulingSubject, rulingTitle } from "/static/parts/rulings/ruling_words.js";

/** `action` is what stands at the end of the row. */
export const rulingRow = (view, ruling, action) =>
  html`<li
    class="row ${ruling.is_reversed ? "row--reversed" : ""}"
    data-ruling=${ruling.ruling_id}
  >
    <span class="row__main">
      <strong>${rulingTitle(ruling)}</strong>
      <span><bdi>${rulingSubject(view, ruling)}</bdi></span>
      <span class="muted">
        ${timeOfDay(ruling.wall_utc, language())} ·
        <bdi>${rulingAuthor(view, ruling)}</bdi>${ruling.reason ? html` · <bdi>${ruling.reason}</bdi>` : nothing}
        ${ruling.is_reversed ? html` · ${t("control.reversed")}` : nothing}
      </span>
    </span>
    ${action}
  </li>`;
