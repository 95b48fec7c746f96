// What the agent, the guard and the Wi-Fi say, in a few lines.

import { html, nothing } from "lit";
import { decimal, percent as percentIn } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

/** The car says its reasons in words; those that the catalogue knows are said in the reader's. */
const slug = (words) => words.toLowerCase().replace(/\W+/g, "_").replace(/^_|_$/g, "");

const percent = (frac) => percentIn(frac, language());

const row = (label, value) =>
  value === nothing
    ? nothing
    : html`<div class="facts__row">
        <dt>${label}</dt>
        <dd class="digits"><bdi>${value}</bdi></dd>
      </div>`;

function drives(word) {
  if (word.is_by_hand) return t("console.by_hand");
  if (word.is_driving) return t("console.drives");
  const why = word.why_not === null ? "" : tCode("car_waits", slug(word.why_not), {}, word.why_not);
  return why === "" ? t("console.stands") : `${t("console.stands")}: ${why}`;
}

/** Who latched the emergency stop. */
export const stoppedBy = (reason) => tCode("stopped_by", slug(reason), {}, reason);

function guardWord({ why_neutral: why, e_stop: stop, throttle_frac: throttle, steering_frac: steering }) {
  if (stop !== null) return t("console.e_stopped", { reason: stoppedBy(stop) });
  if (why !== null) return tCode("guard_says", slug(why), {}, why);
  return `${t("car.throttle")} ${percent(throttle)} · ${t("car.steering")} ${percent(steering)}`;
}

function wifiWord({ ssid, signal_percent: signal, signal_dbm: dbm }) {
  const strength = [signal === null ? "" : `${signal} %`, dbm === null ? "" : `${dbm} dBm`];
  const known = [ssid ?? "", ...strength].filter((each) => each !== "");
  return known.length === 0 ? t("console.no_wifi") : known.join(" · ");
}

function agentRows(word) {
  const name = [word.model_name, word.model_sha256.slice(0, 12)].filter((each) => each !== "");
  const battery = word.battery_frac;
  return html`${row(t("console.driving"), drives(word))} ${row(t("console.guard"), guardWord(word.guard))}
  ${row(t("console.wheels"), word.guard.device)} ${row(
    t("console.model"),
    name.length === 0 ? t("console.no_model") : name.join(" · "),
  )}
  ${row(t("console.camera"), t("console.pictures", { rate: decimal(word.frame_rate_hz, 1, language()) }))}
  ${row(t("console.battery"), battery === null ? t("console.no_battery") : percent(battery))}
  ${row(t("console.race_control"), word.is_paired ? nothing : t("console.not_paired"))}`;
}

/** `car` as /car tells it, `wifi` as /wifi does, null before its first answer. */
export const stateCard = (car, wifi) =>
  html`<section class="card">
    <h2 class="card__title">${t("console.state")}</h2>
    <dl class="facts" data-testid="facts">
      ${car.word === null ? nothing : agentRows(car.word)}
      ${wifi === null ? nothing : row(t("console.wifi"), wifiWord(wifi))}
    </dl>
  </section>`;
