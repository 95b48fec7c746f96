// The laps that I drove: as a chart, and heat by heat in figures.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { t } from "/static/i18n.js";
import { drivenRuns } from "/static/people/laps/points.js";
import { runDetails } from "/static/people/laps/table.js";
import "/static/people/laps/chart.js";

/** One lap is no line. */
const LEAST_LAPS = 2;

/** `sheet` is what the server says of my entry, the newest heat shown first. */
export function lapsCard(eventId, sheet) {
  if (sheet === null) return nothing;
  const runs = drivenRuns(sheet);
  const laps = runs.reduce((sum, run) => sum + run.laps.length, 0);
  return html`<section class="card" data-testid="my-laps">
    <h2 class="card__title">${t("me.laps")}</h2>
    ${runs.length === 0 ? html`<p class="muted">${t("me.no_laps")}</p>` : nothing}
    ${laps < LEAST_LAPS ? nothing : html`<lap-chart .eventId=${eventId} .sheet=${sheet}></lap-chart>`}
    <a class="button" href="/analysis?event=${eventId}">${t("analysis.open_page")}</a>
    <div>
      ${repeat(
        runs,
        (run) => run.heat.heat_id,
        (run, at) => runDetails(eventId, run, sheet.rows[run.heat.stage_id], at === 0),
      )}
    </div>
  </section>`;
}
