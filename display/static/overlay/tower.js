// The tower: the standings at the picture's edge, with the gap to the leader and to the row above.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { NO_VALUE } from "/static/formatting.js";
import { loadLanguage, t } from "/static/i18n.js";
import { standingsRows } from "/static/view_model.js";
import { towerRows } from "/static/overlay/on_air.js";
import { Overlay } from "/static/overlay/overlay.js";
import { moves } from "/static/parts/standings/moves.js";
import { plate } from "/static/parts/plate.js";
import {
  gapToAbove,
  gapToLeader,
  namesOfRow,
  value,
  valueTitle,
} from "/static/parts/standings/worth.js";

const hasPlace = (row) => row.best_lap_us !== null && row.is_ranked;

function row(view, standing, gaps) {
  const isFirst = standing.rank === 1;
  const cell = (text, kind) => html`<span class="tower__gap tower__gap--${kind} digits">${text}</span>`;
  return html`<li
      class="tower__row ${standing.isOnTrack ? "tower__row--now" : ""}"
      .style=${`--driver:${standing.entry.colour}`}
      data-entry=${standing.entry_id}
    >
      <span class="tower__rank digits">${hasPlace(standing) ? standing.rank : NO_VALUE}</span>
      ${plate(standing.entry)}
      <bdi class="tower__name name">${namesOfRow(view, standing)}</bdi>
      ${moves(standing)}
      <span class="tower__value digits ${standing.is_provisional ? "is-provisional" : ""}">${value(standing)}</span>
      ${gaps === "interval" ? nothing : cell(isFirst ? NO_VALUE : gapToLeader(standing), "leader")}
      ${gaps === "leader" ? nothing : cell(isFirst ? NO_VALUE : gapToAbove(standing), "interval")}
    </li>
    ${view.cut?.line_after === standing.entry_id ? html`<li class="tower__cut"><bdi>${view.cut.title}</bdi></li>` : nothing}`;
}

class OverlayTower extends Overlay {
  content(view) {
    const all = standingsRows(view);
    const { rows, gaps } = this.options;
    if (all.length === 0 || view.stage === null) return null;
    const { number } = view.heat ?? {};
    return html`<section class="tower tower--${gaps}" aria-label=${t("standings.title")}>
      <h1 class="tower__title">
        <bdi class="name">${view.stage.title}</bdi>
        ${number === undefined ? nothing : html`<span class="tower__heat digits">${t("plan.heat_number", { number })}</span>`}
      </h1>
      <p class="tower__heads" aria-hidden="true">
        <span class="tower__value">${valueTitle(view)}</span>
        ${gaps === "interval" ? nothing : html`<span class="tower__gap">${t("standings.gap")}</span>`}
        ${gaps === "leader" ? nothing : html`<span class="tower__gap">${t("standings.interval")}</span>`}
      </p>
      <ol>
        ${repeat(
          towerRows(all, rows),
          (standing) => standing.entry_id,
          (standing) => row(view, standing, gaps),
        )}
      </ol>
    </section>`;
  }
}

await loadLanguage();
customElements.define("overlay-tower", OverlayTower);
