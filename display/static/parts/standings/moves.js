// The arrow of the places that a row won or lost since the running heat began.

import { html } from "lit";
import { t } from "/static/i18n.js";

export function moves(row) {
  if (row.moved === 0) return html`<span class="moved" aria-hidden="true"></span>`;
  const direction = row.moved > 0 ? "up" : "down";
  const places = Math.abs(row.moved);
  return html`<span
    class="moved moved--${direction} digits"
    role="img"
    aria-label=${t(`moved.${direction}`, { places })}
    >${direction === "up" ? "↑" : "↓"}${places}</span
  >`;
}
