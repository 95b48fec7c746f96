// How alike a run's laps are, and in which part they differ most.

import { html, nothing, svg } from "lit";
import { decimal, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { partMark } from "/static/analysis/cards/findings.js";

const US_PER_S = 1_000_000;
const STRIP_W = 300;
const STRIP_H = 26;

/** A part's laps as dots between its fastest and its slowest. */
function strip(spread, run) {
  const durations = run.laps
    .filter((lap) => lap.invalid === null)
    .flatMap((lap) =>
      spread.first === 0
        ? [lap.duration_us]
        : lap.parts.filter((part) => part.first === spread.first && part.last === spread.last).map((part) => part.duration_us),
    );
  const width = Math.max(1, spread.slowest_us - spread.fastest_us);
  const x = (us) => (10 + ((us - spread.fastest_us) / width) * (STRIP_W - 20)).toFixed(1);
  return html`<svg class="spread__strip" viewBox="0 0 ${STRIP_W} ${STRIP_H}" aria-hidden="true">
    ${svg`<line class="spread__rail" x1="10" x2=${STRIP_W - 10} y1=${STRIP_H / 2} y2=${STRIP_H / 2}></line>
    <line class="spread__middle" x1=${x(spread.median_us)} x2=${x(spread.median_us)} y1="2" y2=${STRIP_H - 2}></line>
    ${durations.map((us) => svg`<circle class="spread__dot" cx=${x(us)} cy=${STRIP_H / 2} r="6"></circle>`)}`}
  </svg>`;
}

const seconds = (us) => `${decimal(us / US_PER_S, 3, language())} s`;

export function spreadCard(run) {
  if (run.spreads.length === 0) return nothing;
  return html`<section class="panel" data-testid="spread">
    <h2 class="panel__head">${t("analysis.consistency")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${t("analysis.consistency")}>
      <table class="sheet digits">
        <thead>
          <tr>
            <th scope="col">${t("analysis.part")}</th>
            <th scope="col">${t("analysis.fastest")}</th>
            <th scope="col">${t("analysis.middle")}</th>
            <th scope="col">${t("analysis.slowest")}</th>
            <th scope="col">${t("analysis.range")}</th>
            <th scope="col">${t("analysis.deviation")}</th>
            <th scope="col"><span class="visually-hidden">${t("analysis.laps")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${run.spreads.map(
            (each) =>
              html`<tr>
                <th scope="row">${each.first === 0 ? t("analysis.whole_lap") : partMark(each, run)}</th>
                <td>${lapTime(each.fastest_us)}</td>
                <td>${lapTime(each.median_us)}</td>
                <td>${lapTime(each.slowest_us)}</td>
                <td>${seconds(each.slowest_us - each.fastest_us)}</td>
                <td>${seconds(each.deviation_us)}</td>
                <td>${strip(each, run)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
