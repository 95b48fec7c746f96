// What there is to say about laps, in the reader's words: codes and values become sentences.

import { html, nothing } from "lit";
import { decimal, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

const US_PER_S = 1_000_000;
const US_PER_MS = 1000;
/** Latencies are told in milliseconds, laps as laps, all else in seconds. */
const IN_MS = new Set(["late_us", "usual_us", "most_us"]);
const AS_LAP = new Set(["ideal_us"]);

function valueText(key, value) {
  if (IN_MS.has(key)) return `${decimal(value / US_PER_MS, 0, language())} ms`;
  if (AS_LAP.has(key)) return lapTime(value);
  if (key.endsWith("_us")) return `${decimal(value / US_PER_S, 2, language())} s`;
  if (key.endsWith("_cms")) return `${decimal(value / 100, 2, language())} m/s`;
  if (key.endsWith("_cm")) return `${decimal(value / 100, 2, language())} m`;
  if (key.endsWith("_pct")) return `${value} %`;
  return String(value);
}

/** 'S2', 'S2–3', or '⅓ 2' where nothing but equal parts are known: for tables. */
export function partMark({ first, last }, run) {
  if (!run.has_real_gates) return `⅓ ${first}`;
  return first === last ? t("sector.name", { first }) : t("sector.joined", { first, last });
}

/** 'Lap 3', or 'Episode 3' of a log. */
const lapTitle = (number, run) =>
  run.throttle_unit === "mps" ? t("analysis.episode", { number }) : t("laps.number", { number });

/** 'sector 2', 'sectors 2–3', or 'third 2' where nothing but equal parts are known. */
export function partName({ first, last }, run) {
  if (!run.has_real_gates) return t("analysis.third", { first });
  return first === last ? t("analysis.sector", { first }) : t("analysis.sectors", { first, last });
}

function words({ values, laps }, run) {
  const told = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, valueText(key, value)]),
  );
  if (values.lap !== undefined) told.lap = lapTitle(values.lap, run);
  if (values.first !== undefined) told.part = partName(values, run);
  if (values.action !== undefined) told.action = actionText(values.action, run);
  return { ...told, laps: new Intl.ListFormat(language(), { type: "conjunction" }).format(laps.map(String)) };
}

function actionText(index, run) {
  const action = run.actions[index];
  if (action === undefined) return String(index);
  const { steering_deg: deg, speed_mps: mps } = action;
  return `${decimal(deg, 0, language())}° · ${decimal(mps, 1, language())} m/s`;
}

/** One finding as a sentence, its causes behind a colon. */
export function sentence(finding, run) {
  const code = finding.laps.length === 1 ? `${finding.code}_one` : finding.code;
  const params = words(finding, run);
  const text = tCode("finding", code, params, tCode("finding", finding.code, params));
  const causes = finding.causes.map((each) => tCode("cause", each.code, words(each, run)));
  return causes.length === 0 ? `${text}.` : `${text}: ${causes.join("; ")}.`;
}

/** Codes that are bad news, beside those that only tell. */
const TROUBLES = new Set(["part_loss", "lap_loss", "slow_and_late", "exits", "one_action"]);

/** The lap that a finding is about, where it is about one alone. */
const lapOf = ({ values, laps }) => values.lap ?? (laps.length === 1 ? laps[0] : null);

function lookButton(finding, run, choose) {
  const lap = choose === null ? null : lapOf(finding);
  if (lap === null) return nothing;
  return html`<button class="button" aria-label=${t("analysis.look_at", { lap: lapTitle(lap, run) })} @click=${() => choose(lap)}>
    ${t("analysis.look")}
  </button>`;
}

/** `choose` gets the lap that a finding is about; null offers none. */
export const findingList = (findings, run, choose = null) =>
  html`<ul class="findings">
    ${findings.map(
      (finding) =>
        html`<li class="finding ${TROUBLES.has(finding.code) ? "finding--trouble" : ""}" data-finding=${finding.code}>
          <span>${sentence(finding, run)}</span> ${lookButton(finding, run, choose)}
        </li>`,
    )}
  </ul>`;

export function findingsCard(run, choose) {
  return html`<section class="panel panel--findings" data-testid="findings">
    <h2 class="panel__head">${t("analysis.findings")}</h2>
    ${run.findings.length === 0 ? html`<p class="muted">${t("analysis.no_findings")}</p>` : findingList(run.findings, run, choose)}
    <details class="how">
      <summary>${t("analysis.how")}</summary>
      <p class="muted">${t("analysis.how_told")}</p>
      ${run.late_limit_us === null ? nothing : html`<p class="muted">${t("analysis.how_late", { limit: valueText("late_us", run.late_limit_us) })}</p>`}
    </details>
  </section>`;
}
