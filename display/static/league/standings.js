// Who leads a virtual stage, and the ways to look at the laps that were driven.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { gapToLeader, value, valueName } from "/static/parts/standings/worth.js";

/** So many are seen at once; the others open below. */
const FIRST_SHOWN = 8;
const NO_PLACE = "–";

/** Who goes on is a matter of matches there: what ranks is none, so that the best lap stands there. */
const worth = (row) =>
  row.value_us === null && row.value_points === null ? lapTime(row.best_us) : value(row);

const isBehind = (row) => Boolean(row.gap_us || row.gap_laps || row.gap_points);

const row = (each) =>
  html`<tr class=${each.is_ranked && each.rank === 1 ? "is-leader" : ""}>
    <td class="digits ranking__rank">${each.is_ranked ? each.rank : NO_PLACE}</td>
    <th scope="row">
      <bdi>${each.name}</bdi>
      <small class="muted"><bdi>${each.model ?? (each.model_sha256 ?? "").slice(0, 12)}</bdi></small>
    </th>
    <td class="digits ranking__value">${worth(each)}</td>
    <td class="digits muted">${isBehind(each) ? gapToLeader(each) : ""}</td>
  </tr>`;

const sheet = (rows, format) =>
  html`<table class="ranking">
    <thead>
      <tr>
        <th scope="col">${t("standings.rank")}</th>
        <th scope="col">${t("league.driver")}</th>
        <th scope="col">${valueName(format, rows)}</th>
        <th scope="col">${t("standings.gap")}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(row)}
    </tbody>
  </table>`;

/** A stage's standings; nothing before the first run. */
export function standingsOf({ stage, standings }) {
  if (standings.length === 0) return html`<p class="muted">${t("league.no_runs")}</p>`;
  const [first, others] = [standings.slice(0, FIRST_SHOWN), standings.slice(FIRST_SHOWN)];
  return html`${sheet(first, stage.format_name)}
    ${
      others.length === 0
        ? nothing
        : html`<details class="details">
            <summary>${t("league.others", { count: others.length })}</summary>
            ${sheet(others, stage.format_name)}
          </details>`
    }`;
}

/** Where a lap is played and analysed. */
export function lapLinks(eventId, { heat_id: heat, entry_id: entry, lap }) {
  if (heat === null || lap === null) return nothing;
  const asked = new URLSearchParams({ event: eventId, heat, entry, lap });
  return html`<a class="button" href=${`/replay?${asked}`}>${t("replay.watch")}</a>
    <a class="button" href=${`/analysis?${asked}`}>${t("analysis.open")}</a>`;
}
