// The podium: the first three with their times, the others below, and paper falling from above.

import { html, nothing } from "lit";
import { NO_VALUE } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { podiumRows, standingsRows } from "/static/view_model.js";
import { face } from "/static/parts/forms/picture.js";
import { gapToLeader, value } from "/static/parts/standings/worth.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";

const SCRAPS = 36;
const OTHERS_SHOWN = 9;
const FEW_OTHERS = 3;

/** Matches leave no distance to the winner, so nothing is said there. */
const behind = (row) => (row.place === 1 ? t("podium.winner") : gapToLeader(row));

function step(row) {
  const isLong = row.entry.name.length > 18;
  return html`<li class="step step--${row.place}" .style=${`--driver:${row.entry.colour}`}>
    <div class="step__who">
      ${row.entry.picture == null ? plate(row.entry) : html`<span class="step__plate">${face(row.entry.picture, "step__face")}${plate(row.entry)}</span>`}
      <bdi class="step__name ${isLong ? "step__name--long" : ""}">${row.entry.name}</bdi>
      ${timedOnlyMark(row.entry.is_timed_only)}
      <span class="step__time digits">${value(row)}</span>
      ${behind(row) === NO_VALUE ? nothing : html`<span class="step__gap digits">${behind(row)}</span>`}
    </div>
    <div class="step__block"><span class="step__rank digits">${row.rank}</span></div>
  </li>`;
}

function others(view, shown) {
  const rest = standingsRows(view).slice(shown);
  if (rest.length === 0) return nothing;
  return html`<ol class="podium__others">
    ${rest.slice(0, OTHERS_SHOWN).map(
      (row) =>
        html`<li>
          <span class="digits">${row.best_lap_us === null || !row.is_ranked ? NO_VALUE : row.rank}</span> ${plate(row.entry)}
          <span class="name"
            ><bdi>${row.entry.name}</bdi> ${timedOnlyMark(row.entry.is_timed_only)}</span
          >
          <span class="digits">${value(row)}</span>
        </li>`,
    )}
  </ol>`;
}

/** The scraps' places follow from their number, so that a render never makes them jump. */
const scrap = (_, index) =>
  html`<i
    class="scrap scrap--${index % 5}"
    .style=${`left:${(index * 37) % 100}%;animation-delay:${-((index * index * 11) % 61) / 10}s;animation-duration:${5 + (index % 4)}s`}
  ></i>`;

export function podiumScene(view) {
  const rows = podiumRows(view).map((row, index) => ({ ...row, place: index + 1 }));
  const isFew = standingsRows(view).length <= rows.length + FEW_OTHERS;
  return html`<section class="podium ${isFew ? "podium--few" : ""}" data-testid="podium">
    <div class="podium__paper" aria-hidden="true">${Array.from({ length: SCRAPS }, scrap)}</div>
    <h2 class="podium__title">${t("scene.podium")}</h2>
    ${
      rows.length === 0
        ? html`<p class="hero__lead">${t("podium.nobody")}</p>`
        : html`<ol class="podium__steps podium__steps--${rows.length}">
            ${rows.map(step)}
          </ol>`
    }
    ${others(view, rows.length)}
  </section>`;
}
