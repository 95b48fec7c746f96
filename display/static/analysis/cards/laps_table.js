// A run's laps in figures, a row each; a tap on one looks at it.

import { html, nothing } from "lit";
import { NO_VALUE, decimal, gap, lapTime, shownUs } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { partMark } from "/static/analysis/cards/findings.js";
import { invalidText, lapName } from "/static/analysis/chooser.js";

const ms = (us) => (us === null ? NO_VALUE : decimal(us / 1000, 0, language()));

const partsOf = (run) =>
  Array.from({ length: run.laps.some((lap) => lap.parts.length > 0) ? run.gates_n + 1 : 0 }, (_, at) => at + 1);

function partCell(lap, number) {
  const part = lap.parts.find((each) => each.last === number);
  const isInside = lap.parts.some((each) => each.first <= number && number < each.last);
  if (part === undefined) return html`<td>${isInside ? "→" : NO_VALUE}</td>`;
  return html`<td class=${part.is_best ? "is-best" : ""}>
    ${lapTime(part.duration_us)}${part.is_best ? html` <span role="img" aria-label=${t("paper.best")}>▲</span>` : nothing}
  </td>`;
}

/** Which columns there is something to say in. */
function columnsOf(run) {
  const has = (name) => run.laps.some((lap) => lap[name] !== null && lap[name] !== 0);
  return [
    has("frames_per_s") && [t("analysis.fps"), (lap) => decimal(lap.frames_per_s, 1, language())],
    has("latency_p95_us") && [t("analysis.p50_p95"), (lap) => `${ms(lap.latency_p50_us)} / ${ms(lap.latency_p95_us)}`],
    has("latency_p95_us") && [t("analysis.late"), (lap) => String(lap.late_pictures)],
    has("mean_speed_mps") && [t("analysis.mean_speed"), (lap) => decimal(lap.mean_speed_mps, 2, language())],
    run.laps.some((lap) => lap.exits.length > 0) && [t("analysis.exits"), (lap) => String(lap.exits.length)],
    run.laps.some((lap) => lap.reach < 1) && [t("analysis.reach"), (lap) => `${Math.floor(lap.reach * 100)} %`],
    run.has_rewards && [t("analysis.by_reward"), (lap) => decimal(lap.reward, 1, language())],
  ].filter(Boolean);
}

const note = (lap) =>
  [
    lap.invalid === null ? null : invalidText(lap.invalid),
    lap.is_recorded ? null : t("analysis.not_recorded"),
    lap.is_cut ? t("analysis.cut") : null,
    lap.resets > 0 ? t("paper.resets", { count: lap.resets }) : null,
  ]
    .filter(Boolean)
    .join(", ");

/** `choose` gets the number of the lap that was tapped. */
export function lapsCard(pick, choose) {
  const { run } = pick;
  const [parts, columns] = [partsOf(run), columnsOf(run)];
  const row = (lap) =>
    html`<tr class="${lap.number === pick.lap ? "is-chosen" : ""} ${lap.invalid === null ? "" : "is-void"}">
      <th scope="row">
        <button class="button lap-button" aria-pressed=${String(lap.number === pick.lap)} @click=${() => choose(lap.number)}>
          ${lapName(pick, lap.number)}
        </button>
      </th>
      <td><strong>${lapTime(lap.duration_us)}</strong></td>
      <td>${lap.invalid !== null || lap.behind_us === null ? NO_VALUE : lap.behind_us === 0 ? "▲" : gap(shownUs(lap.duration_us) - shownUs(run.best_us))}</td>
      ${parts.map((number) => partCell(lap, number))} ${columns.map(([, tell]) => html`<td>${tell(lap)}</td>`)}
      <td class="laps__note">${note(lap)}</td>
    </tr>`;
  return html`<section class="panel panel--wide" data-testid="laps">
    <h2 class="panel__head">${t("analysis.laps")}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${t("analysis.laps")}>
      <table class="sheet digits">
        <thead>
          <tr>
            <th scope="col">${t("paper.lap")}</th>
            <th scope="col">${t("paper.time")}</th>
            <th scope="col">${t("me.to_best")}</th>
            ${parts.map((number) => html`<th scope="col">${partMark({ first: number, last: number }, run)}</th>`)}
            ${columns.map(([head]) => html`<th scope="col">${head}</th>`)}
            <th scope="col" class="laps__note">${t("paper.note")}</th>
          </tr>
        </thead>
        <tbody>
          ${run.laps.map(row)}
        </tbody>
      </table>
    </div>
    ${run.ideal_us === null ? nothing : html`<p class="digits" data-testid="ideal">${t("analysis.ideal", { ideal: lapTime(run.ideal_us), best: lapTime(run.best_us), gap: gap(shownUs(run.best_us) - shownUs(run.ideal_us)) })}</p>`}
    ${run.has_real_gates || parts.length === 0 ? nothing : html`<p class="muted">${t("analysis.thirds")}</p>`}
  </section>`;
}
