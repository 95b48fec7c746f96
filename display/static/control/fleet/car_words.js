// How a car of the fleet is, in words: what is wrong with it, its numbers, what comes to it.

import { fileSize, percent as percentIn } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";

const LOW_BATTERY_FRAC = 0.2;
const HOT_C = 80;
const FULL_DISK_BYTES = 300_000_000;
/** Below this the link breaks now and then. */
const WEAK_DBM = -78;
const US_PER_MS = 1000;

const percent = (frac) => percentIn(frac, language());

/** What somebody should look at, the worst first; empty where all is well. */
export function carTroubles(car) {
  const { condition } = car;
  if (car.silent_s === null) return [t("fleet.never")];
  if (!car.is_heard) return [t("fleet.silent", { seconds: car.silent_s })];
  const found = [];
  if (car.is_stock) found.push(t("car_console.warning"));
  else if (car.has_guard === false) found.push(t("fleet.no_guard"));
  if (car.battery_frac !== null && car.battery_frac < LOW_BATTERY_FRAC) {
    found.push(t("fleet.battery_low", { percent: percent(car.battery_frac) }));
  }
  if (condition === null) return found;
  if (condition.load_trouble) found.push(t("fleet.load_trouble", { reason: condition.load_trouble }));
  if (condition.is_undervolted) found.push(t("fleet.undervolted"));
  if (condition.is_throttled) found.push(t("fleet.throttled"));
  if (condition.cpu_temp_c !== null && condition.cpu_temp_c >= HOT_C) found.push(t("fleet.hot"));
  if (condition.wifi_dbm !== null && condition.wifi_dbm < WEAK_DBM) found.push(t("fleet.weak"));
  if (condition.disk_free_bytes !== null && condition.disk_free_bytes < FULL_DISK_BYTES) {
    found.push(t("fleet.disk_full"));
  }
  return found;
}

/** What the car is doing. */
export function carDoes(car) {
  if (car.is_driving) return t("fleet.driving");
  return car.condition?.loading_sha256 ? t("fleet.loading") : t("fleet.standing");
}

/** The numbers that the car gives, each with its unit. */
export function carNumbers(car) {
  const { condition } = car;
  const facts = [];
  if (car.battery_frac !== null) facts.push(t("fleet.battery", { percent: percent(car.battery_frac) }));
  if (car.clock_bound_us !== null) {
    const ms = new Intl.NumberFormat(language(), { maximumFractionDigits: 1 });
    facts.push(t("fleet.clock", { ms: ms.format(car.clock_bound_us / US_PER_MS) }));
  }
  if (condition !== null) {
    const { cpu_temp_c: degrees, wifi_dbm: dbm, disk_free_bytes: bytes } = condition;
    if (degrees !== null) facts.push(t("fleet.temperature", { degrees: Math.round(degrees) }));
    if (dbm !== null) facts.push(t("fleet.wifi", { dbm }));
    if (bytes !== null) facts.push(t("fleet.disk", { size: fileSize(bytes, language()) }));
    facts.push(t("fleet.version", { version: condition.version }));
  }
  facts.push(t("fleet.heard", { seconds: car.silent_s ?? 0 }));
  return facts;
}

/** How far the model of a run is on its way to the car: words, and a share where it is fetched. */
export function runDelivery(car, run) {
  const sha256 = run.model_sha256;
  if (car.is_stock) return { words: t("fleet.by_hand"), share: null };
  if (sha256 === null) return { words: t("fleet.any_model"), share: null };
  if (car.condition?.loaded_sha256 === sha256) return { words: t("fleet.loaded"), share: null };
  const found = car.condition?.deliveries.find((each) => each.sha256 === sha256);
  if (found === undefined) {
    return { words: run.is_here ? t("fleet.waiting") : t("fleet.not_here"), share: null };
  }
  const share = found.size_bytes > 0 ? found.received_bytes / found.size_bytes : 0;
  const words = {
    ready: () => t("fleet.ready"),
    waiting: () => t("fleet.waiting"),
    fetching: () => t("fleet.fetching", { percent: percent(share) }),
    failed: () => t("fleet.failed", { percent: percent(share), reason: found.reason }),
  };
  return { words: words[found.state](), share: found.state === "ready" ? null : share };
}
