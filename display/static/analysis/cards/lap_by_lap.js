// Lap times beside frame rate, latency or reward, lap by lap: what goes together is seen.

import { html, nothing } from "lit";
import { decimal, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import "/static/analysis/charts/by_lap.js";

const LEAST_LAPS = 2;
const US_PER_MS = 1000;
/** Labels of whole milliseconds should differ. */
const LEAST_MS = 6;
const PERCENT = 100;

function rowsOf(run) {
  const laps = run.laps;
  const has = (name) => laps.some((lap) => lap[name] !== null);
  const ms = (name) => laps.map((lap) => (lap[name] === null ? null : lap[name] / US_PER_MS));
  const whole = (value) => decimal(value, 0, language());
  const rows = [
    {
      ...{ name: "time", title: t("analysis.chart_time") },
      values: laps.map((lap) => (lap.reach < 1 ? null : lap.duration_us)),
      format: (us) => lapTime(Math.round(us)).slice(0, -1),
    },
  ];
  if (has("latency_p95_us")) rows.push({ name: "late", title: t("analysis.chart_late"), values: ms("latency_p95_us"), format: whole, line: "alone", least: LEAST_MS });
  if (has("latency_p95_us"))
    rows.push({ name: "fps", title: t("analysis.chart_fps"), values: laps.map((lap) => lap.frames_per_s), format: (value) => decimal(value, 1, language()), line: "other", least: 1 });
  if (run.has_rewards) rows.push({ name: "reward", title: t("analysis.chart_reward"), values: laps.map((lap) => lap.reward), format: whole, line: "alone" });
  if (laps.some((lap) => lap.reach < 1))
    rows.push({ name: "reach", title: t("analysis.chart_reach"), values: laps.map((lap) => lap.reach * PERCENT), format: whole, line: "other" });
  return rows;
}

export function lapByLapCard({ run }) {
  if (run.laps.length < LEAST_LAPS) return nothing;
  return html`<section class="panel" data-testid="lap-by-lap">
    <h2 class="panel__head">${t("analysis.lap_by_lap")}</h2>
    <by-lap .numbers=${run.laps.map((lap) => lap.number)} .rows=${rowsOf(run)}></by-lap>
  </section>`;
}
