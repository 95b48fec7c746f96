// The standings: rank, moves, name, what ranks, gap to the leader, interval to the row above.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { NO_VALUE } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import {
  carOf,
  pageCount,
  pageOfRows,
  ROWS_PER_PAGE,
  standingsRows,
  starters,
  waitingEntries,
} from "/static/view_model.js";
import {
  cutDistance,
  cutEntry,
  cutGlyph,
  cutSentence,
  goingOn,
} from "/static/parts/standings/cut.js";
import {
  CLOSE,
  decidedBy,
  figure,
  gapToAbove,
  gapToLeader,
  isExact,
  namesOfRow,
  penaltyText,
  valueTitle,
} from "/static/parts/standings/worth.js";
import { moves } from "/static/parts/standings/moves.js";
import { PagedElement, pageMark } from "/static/parts/paged_element.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";

const STARTERS_SHOWN = 9;
const ROOMY_ROWS = 6;
const FEW_ROWS = 4;
const LONG_NAME = 16;

/** Who has no lap yet has no place either, whatever the order of the rows; a practice gives none. */
const hasLap = (row) => row.best_lap_us !== null;
const hasPlace = (row) => hasLap(row) && row.is_ranked;
const isLeader = (row) => row.rank === 1 && hasPlace(row);

/** Only where the best lap ranks does the leader have the best of all, and its mark. */
function valueCell(view, row) {
  const isProvisional = row.is_provisional && hasLap(row);
  const isBestOfAll =
    isLeader(row) && row.value_points === null && row.value_us === view.overall_best_us;
  return html`<td
    class="standing__best digits ${isBestOfAll ? "standing__best--overall" : ""} ${isProvisional ? "is-provisional" : ""} ${isExact(row) ? "" : "standing__best--about"}"
  >
    ${isBestOfAll ? html`<span class="mark mark--overall" role="img" aria-label=${t("mark.overall")}>◆</span>` : nothing}
    ${row.value_laps === null ? nothing : html`<span class="standing__laps">${t("standings.laps_counted", { laps: row.value_laps })}</span>`}
    ${figure(row)}
    ${row.penalty_us > 0 ? html`<span class="standing__penalty">${penaltyText(row)}</span>` : nothing}
  </td>`;
}

/** How many laps with which car, where there is room for it. */
function drivenNote(view, row) {
  // On a virtual track all cars are alike.
  const car = view.heat?.is_virtual ? null : carOf(view, row.best_car_id);
  return html`<span class="standing__run digits"
    >${t("standings.laps", { count: row.laps })}${car === null ? nothing : html` · <bdi class="inline">${car.name}</bdi>`}</span
  >`;
}

/** To the row above or, where the stage leads to another, to the line between in and out. */
function lastCell(view, row) {
  const at = cutEntry(view, row.entry_id);
  if (view.cut === null)
    return html`<td class="standing__interval digits">
      ${row.rank === 1 ? NO_VALUE : gapToAbove(row)}
    </td>`;
  if (at === null) return html`<td class="standing__interval"></td>`;
  return html`<td class="standing__interval standing__cut digits ${at.way === null ? "standing__cut--out" : ""}">
    ${cutDistance(at)} ${cutGlyph(at)}<span class="visually-hidden">${cutSentence(view.cut, at)}</span>
  </td>`;
}

/** The line under the last who goes on, with where to and how many. */
const cutLine = (cut) =>
  html`<tr class="cut-line">
    <td colspan="7">
      <span class="cut-line__text"
        ><bdi>${cut.title}</bdi> · ${t("cut.places", { count: goingOn(cut) })}</span
      >
    </td>
  </tr>`;

function standingRow(view, row, isRoomy) {
  const name = namesOfRow(view, row);
  const isLong = name.length > LONG_NAME;
  const note = decidedBy(row);
  return html`<tr
    class="standing ${row.isOnTrack ? "standing--on-track" : ""} ${isLeader(row) ? "standing--leader" : ""}"
    .style=${`--driver:${row.entry.colour}`}
    data-entry=${row.entry_id}
  >
    <td class="standing__rank digits">${hasPlace(row) ? row.rank : nothing}</td>
    <td class="standing__moved">${hasPlace(row) ? moves(row) : nothing}</td>
    <td class="standing__plate">${plate(row.entry)}</td>
    <th scope="row" class="standing__name ${isLong ? "standing__name--long" : ""} ${note === "" ? "" : "standing__name--noted"}">
      <bdi>${name}</bdi> ${timedOnlyMark(row.entry.is_timed_only)} ${isRoomy ? drivenNote(view, row) : nothing}
      ${note === "" ? nothing : html`<span class="standing__run">${note}</span>`}
    </th>
    ${valueCell(view, row)}
    <td class="standing__gap digits">${row.rank === 1 ? NO_VALUE : gapToLeader(row)}</td>
    ${lastCell(view, row)}
  </tr>
  ${view.cut?.line_after === row.entry_id ? cutLine(view.cut) : nothing}`;
}

/** Who is still to drive stands below those who have, as far as there is room. */
const waitingRow = (entry) =>
  html`<tr class="standing standing--waiting" data-waiting=${entry.entry_id}>
    <td></td>
    <td></td>
    <td class="standing__plate">${plate(entry)}</td>
    <th
      scope="row"
      class="standing__name ${entry.name.length > LONG_NAME ? "standing__name--long" : ""}"
    >
      <bdi>${entry.name}</bdi> ${timedOnlyMark(entry.is_timed_only)}
    </th>
    <td colspan="2" class="standing__to-come">${t("standings.to_come")}</td>
    <td class="standing__interval"></td>
  </tr>`;

class BoardStandings extends PagedElement {
  static properties = { view: { attribute: false } };

  /** Page by page, as the rows: nothing may scroll. */
  #starters() {
    const all = starters(this.view);
    const pages = Math.max(1, Math.ceil(all.length / STARTERS_SHOWN));
    const first = (this.page % pages) * STARTERS_SHOWN;
    return html`<p class="standings__empty">${t("standings.empty")}</p>
      <ol class="starters">
        ${all.slice(first, first + STARTERS_SHOWN).map((entry) => html`<li>${plate(entry)}<bdi class="name">${entry.name}</bdi></li>`)}
      </ol>`;
  }

  render() {
    const rows = standingsRows(this.view);
    const pages = pageCount(rows);
    const shown = pageOfRows(rows, this.page);
    const waiting = waitingEntries(this.view).slice(0, Math.max(0, ROWS_PER_PAGE - rows.length));
    const total = rows.length + waiting.length;
    const isRoomy = total <= ROOMY_ROWS;
    const hasProvisional = shown.some((row) => row.is_provisional && hasLap(row));
    return html`<h2 class="panel__title">
        ${t("standings.title")}
        ${pageMark(this.page % pages, pages)}
      </h2>
      ${
        rows.length === 0
          ? this.#starters()
          : html`<table
              class="standings ${this.view.cut === null ? "" : "standings--cut"} ${isRoomy ? "standings--roomy" : ""} ${total <= FEW_ROWS ? "standings--few" : ""}"
            >
              <thead>
                <tr>
                  <th scope="col">${t("standings.rank")}</th>
                  <th scope="col"><span class="visually-hidden">${t("standings.moved")}</span></th>
                  <th scope="col"><span class="visually-hidden">${t("standings.number")}</span></th>
                  <th scope="col" class="left">${t("standings.name")}</th>
                  <th scope="col">${valueTitle(this.view)}</th>
                  <th scope="col">${t("standings.gap")}</th>
                  <th scope="col">
                    ${this.view.cut === null ? t("standings.interval") : t("cut.column")}
                  </th>
                </tr>
              </thead>
              <tbody>
                ${repeat(
                  shown,
                  (row) => row.entry_id,
                  (row) => standingRow(this.view, row, isRoomy),
                )}
                ${waiting.map(waitingRow)}
              </tbody>
            </table>`
      }
      <p class="legend">
        <span
          ><span class="mark mark--overall" aria-hidden="true">◆</span> ${t("mark.overall")}</span
        >
        <span
          ><span class="mark mark--personal" aria-hidden="true">▲</span> ${t("mark.personal")}</span
        >
        <span><span class="mark mark--slower" aria-hidden="true">●</span> ${t("mark.slower")}</span>
        ${shown.some((row) => row.is_close) ? html`<span>${CLOSE} ${t("standings.close")}</span>` : nothing}
        ${hasProvisional ? html`<span class="is-provisional">${t("standings.provisional")}</span>` : nothing}
      </p>`;
  }
}

customElements.define("board-standings", BoardStandings);
