// The season's table: rank, who, points, and what each event brought.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";

const NO_RESULT = "–";

function result(each) {
  const places = each.places.map((place) => t("season.place", { place })).join(" ");
  const what = each.places.length === 0 ? NO_RESULT : String(each.points);
  return html`<td class="season__result ${each.is_dropped && each.places.length > 0 ? "season__result--dropped" : ""}">
    <span class="digits">${what}</span>
    ${places === "" ? nothing : html`<small>${places}</small>`}
    ${each.is_dropped ? html`<small class="visually-hidden">${t("season.dropped")}</small>` : nothing}
  </td>`;
}

const decidedBy = ({ decided_by: code }) =>
  code === null
    ? nothing
    : html`<small class="muted"
        >${t("standings.decided_by", { what: tCode("season_tie", code) })}</small
      >`;

/** `found` is the server's SeasonStandings. */
export function seasonTable({ season, standings }) {
  if (standings.length === 0) return html`<p class="muted">${t("season.no_results")}</p>`;
  const { events } = season;
  return html`<div class="season__scroll" tabindex="0" role="region" aria-label=${t("season.title")}>
      <table class="season__table">
        <thead>
          <tr>
            <th>${t("season.rank")}</th>
            <th class="season__who">${t("season.who")}</th>
            <th>${t("season.points")}</th>
            ${events.map((each) => html`<th><bdi>${each.name}</bdi></th>`)}
          </tr>
        </thead>
        <tbody>
          ${standings.map(
            (row) =>
              html`<tr>
                <td class="digits">${row.rank}</td>
                <th class="season__who" scope="row"><bdi>${row.name}</bdi> ${decidedBy(row)}</th>
                <td class="digits season__points">${row.points}</td>
                ${row.results.map(result)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="muted">
      ${t("season.scheme", { points: season.points.join(" – "), drops: season.drops_n })}
    </p>`;
}
