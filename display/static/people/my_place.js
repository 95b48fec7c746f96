// My place in each stage, and how far I am from the cut.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { cutEntry, cutGlyph, cutMargin, cutSentence } from "/static/parts/standings/cut.js";

function behindText(row) {
  if (row.gap_points) return t("standings.points_behind", { points: row.gap_points });
  if (row.gap_laps) return t("standings.laps_behind", { laps: row.gap_laps });
  return row.gap_us ? `+${lapTime(row.gap_us)}` : "";
}

const figures = (row) =>
  [
    row.best_lap_us === null ? "" : `${t("paper.best_lap")} ${lapTime(row.best_lap_us)}`,
    behindText(row) === "" ? "" : t("me.to_leader", { gap: behindText(row) }),
  ]
    .filter((text) => text !== "")
    .join(" · ");

/** How I stand to the cut of the stage that is on; nothing where it leads nowhere. */
function cutLine(view, entry) {
  const at = cutEntry(view, entry.entry_id);
  if (at === null) return nothing;
  const margin = cutMargin(at);
  return html`<p class="me__cut ${at.way === null ? "" : "me__cut--in"}" data-testid="my-cut">
    ${cutGlyph(at)} ${cutSentence(view.cut, at)}
    ${margin === "" ? nothing : html`<span class="muted digits">${margin}</span>`}
    ${at.is_equal ? html`<span class="muted">${t("me.equal")}</span>` : nothing}
  </p>`;
}

const place = (row, title, cut) =>
  html`<li class="me__place">
    <p class="row">
      <strong class="me__rank digits">${row.is_ranked ? t("me.rank", { rank: row.rank }) : t("me.unranked")}</strong>
      <span class="row__main"
        ><bdi>${title}</bdi>
        <span class="muted digits">${figures(row)}</span></span
      >
    </p>
    ${cut}
  </li>`;

/** The stage that is on comes first; `sheet` is what the server says of my entry. */
export function placeCard({ view, entry, stages, sheet }) {
  const now = view.stage?.stage_id ?? null;
  const rows = stages
    .filter((stage) => sheet?.rows[stage.stage_id] !== undefined)
    .sort((one, other) => (other.stage_id === now) - (one.stage_id === now));
  const cut = cutLine(view, entry);
  const hasRowNow = rows.some((stage) => stage.stage_id === now);
  if (rows.length === 0 && cut === nothing) return nothing;
  return html`<section class="card" data-testid="my-place">
    <h2 class="card__title">${t("me.place")}</h2>
    ${hasRowNow ? nothing : cut}
    <ul class="rows">
      ${rows.map((stage) => place(sheet.rows[stage.stage_id], stage.title, stage.stage_id === now ? cut : nothing))}
    </ul>
  </section>`;
}
