// A training in words: what it does, how far it is, what holds it, how it ended.

import { html, nothing } from "lit";
import { decimal, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

const S_PER_MIN = 60;

/** '3:07', for a time in seconds that somebody watches. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / S_PER_MIN)}:${String(whole % S_PER_MIN).padStart(2, "0")}`;
}

export const isOver = ({ state }) => ["done", "stopped", "failed"].includes(state);
export const laps = ({ clean_laps: clean, laps: of }) =>
  of === null ? t("train.no_laps") : t("train.laps", { clean, of });
export const isReliable = ({ clean_laps: clean, laps: of }) => of !== null && clean === of;

/** The state as one word of several, for a chip. */
function stateCode(training) {
  if (training.is_paused) return "paused";
  if (training.holds !== null) return "held";
  if (training.state === "done") return isReliable(training) ? "laps" : "done";
  return training.state;
}

const CHIPS = { running: "chip--running", laps: "chip--running", held: "chip--called", paused: "chip--called" };

export function stateChip(training) {
  const code = stateCode(training);
  return html`<span class="chip ${CHIPS[code] ?? ""}" data-testid="state">${tCode("train_state", code)}</span>`;
}

/** When a training that waits will begin, in minutes begun. */
function queueNote({ place, ahead_s: aheadS }) {
  if (aheadS === 0) return t("train.next");
  return t("train.place", { place, minutes: Math.ceil(aheadS / S_PER_MIN) });
}

/** Why it isn't running, where it isn't; nothing where it is. */
export function waitNote(training) {
  if (isOver(training)) return nothing;
  const { holds, heat_number: number } = training;
  if (training.is_paused) return html`<p class="hold">${t("train.paused_note")}</p>`;
  if (holds !== null) return html`<p class="hold" role="status">${t(`train.holds.${holds}`, { number })}</p>`;
  if (training.place !== null) return html`<p class="hold">${queueNote(training)}</p>`;
  return nothing;
}

/** Where its cars drive, where the server has a cluster; why not there, for whoever is told. */
export function placeNote({ cluster_processors: count, is_cluster_away: isAway, cluster_problem: problem }) {
  if (isAway)
    return html`<div class="watch__place" data-testid="place">
      <p class="hold">${t("train.cluster_away")}</p>
      ${problem === null ? nothing : html`<p class="muted" lang="en">${problem}</p>`}
    </div>`;
  if (count === null) return nothing;
  return html`<p class="muted" data-testid="place">${count === 1 ? t("train.on_cluster_one") : t("train.on_cluster", { count })}</p>`;
}

/** '6 of 10 clean laps · 0:42 · Oval', for a list. */
export function shortNote(training) {
  const parts = [
    training.laps === null ? null : laps(training),
    training.lap_us === null ? null : `${lapTime(training.lap_us)} s`,
    clock(training.spent_s),
    training.driver_name,
  ];
  return parts.filter(Boolean).join(" · ");
}

export const figure = (value, digits = 2) => decimal(value, digits, language());
