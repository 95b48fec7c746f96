// What a run's car is known to do: whether it is heard, what it has loaded, whether it may drive.

import { timeOfDay } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

/** A car reports once a second; three that don't come are no bad luck. */
const SILENT_US = 3_000_000;
const SHORT = 8;

const shortHash = (sha256) => (sha256 ?? "").slice(0, SHORT);

/** The car's newest numbers, and for how long nothing was heard of it; `silentS` null: never. */
export function contactOf(feed, carId) {
  const report = feed.reports.get(carId) ?? null;
  const nowUs = feed.raceNowUs();
  const heardUs = report?.heard_us ?? null;
  const telemetry = report?.telemetry ?? null;
  if (heardUs === null || nowUs === null) return { telemetry, isHeard: false, silentS: null };
  const silentUs = Math.max(0, nowUs - heardUs);
  return { telemetry, isHeard: silentUs <= SILENT_US, silentS: Math.floor(silentUs / 1_000_000) };
}

/** 'since 14:03:05', by this screen's own calendar. */
const since = (silentS) =>
  timeOfDay(new Date(Date.now() - silentS * 1000).toISOString(), language());

/**
 * Whether a stop could ever reach the run's car: it was heard, or it is to drive a model that is
 * known and may be heard yet. A guest's car, and one that is timed alone, has nobody to hear it.
 */
export const hasLink = (feed, run) =>
  Boolean(feed.reports.get(run.car_id)?.telemetry) ||
  (run.model_sha256 !== null && !run.entry?.is_timed_only);

/** Nobody can stop this car from here; `null` where it is heard. */
export function unreachableText({ isHeard, silentS }) {
  if (isHeard) return null;
  return silentS === null
    ? t("car.never_heard")
    : t("car.unreachable", { time: since(silentS), seconds: silentS });
}

/** Whether the run could be let off now, as a code of `car_ready`. */
export function readiness(run, { telemetry, isHeard }) {
  if (run.is_confirmed) return "confirmed";
  if (run.entry?.is_timed_only) return "guest";
  if (run.car_id === null) return "timed";
  if (telemetry === null) return run.model_sha256 === null ? "timed" : "not_heard";
  if (!isHeard) return "not_heard";
  if (telemetry.stops.length > 0) return "stopped";
  if (telemetry.console) return "console";
  if (telemetry.model_sha256 === null) return "no_model";
  if (run.model_sha256 !== null && run.model_sha256 !== telemetry.model_sha256)
    return "other_model";
  return telemetry.is_warm ? "ready" : "not_warm";
}

/** What nobody can promise for a car that is driven through its own console; null for others. */
export function consoleText({ telemetry, isHeard }) {
  const report = telemetry?.console ?? null;
  if (report === null || !isHeard) return null;
  const model = report.model_name ?? t("car_console.no_model");
  const said = [t("car_console.warning"), t("car_console.model", { model })];
  if (report.speed_pct !== null) said.push(t("car_console.speed", { percent: report.speed_pct }));
  if (report.stop_ms !== null) said.push(t("car_console.stop", { ms: report.stop_ms }));
  return said.join(" · ");
}

/** Why the car's console can't be used now, in its own words; null where it can. */
export const consoleTrouble = ({ telemetry, isHeard }) =>
  isHeard ? (telemetry?.console?.trouble ?? null) : null;

export const readinessText = (run, contact) =>
  tCode("car_ready", readiness(run, contact), {
    loaded: shortHash(contact.telemetry?.model_sha256),
    wanted: shortHash(run.model_sha256),
  });

/** What stops the run's car: the stop of everything first, then its own; null for none. */
export function stopOf(view, carId) {
  const { stop } = view;
  if (stop !== null) {
    return { isOwn: false, source: stop.source, obeyed: stop.obeyed?.[carId] ?? null };
  }
  const own = view.car_stops?.[carId] ?? null;
  return own === null ? null : { isOwn: true, source: own.source, obeyed: own.obeyed ?? null };
}

/** 'In neutral 84 ms after the press (±3 ms)', or why nobody knows. */
export function answerText(obeyed, contact) {
  if (obeyed !== null) {
    const [ms, bound] = [obeyed.latency_us, obeyed.bound_us].map((us) => Math.ceil(us / 1000));
    return t("stop.obeyed", { ms, bound });
  }
  return unreachableText(contact) ?? t("stop.no_answer");
}

/** What the run's car does now, in a few words. */
export function doingText(run, contact) {
  if (run.held !== null) return tCode("car_held", run.held);
  if (!contact.isHeard) return unreachableText(contact);
  const { is_driving: isDriving, lease_left_ms: leftMs } = contact.telemetry;
  if (isDriving) return t("car.drives", { percent: run.speed_pct });
  return (leftMs ?? 0) > 0 ? t("car.may_drive") : t("car.stands");
}
