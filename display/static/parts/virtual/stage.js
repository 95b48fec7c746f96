// A stage on a virtual track in words: when it is open, on what it is raced, what can be won.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { instantBoth } from "/static/parts/virtual/times.js";

function when({ phase, opens_utc: opens, closes_utc: closes, time_zone: zone }) {
  if (phase === "before") return t("virtual.opens_at", { time: instantBoth(opens, zone) });
  const time = instantBoth(closes, zone);
  return phase === "open" ? t("virtual.open_until", { time }) : t("virtual.closed_at", { time });
}

function race(stage) {
  const { race_kind: kind, objects, bots, laps, reset_penalty_s: penalty, collision_penalty_s: contact } = stage;
  const onTheRoad = { objects: t("virtual.objects", { count: objects }), head_to_bot: t("virtual.bots", { count: bots }) };
  return [
    stage.track === null ? t("virtual.sealed") : t("virtual.track", { track: stage.track }),
    onTheRoad[kind] ?? tCode("virtual_kind", kind),
    t("virtual.laps", { count: laps }),
    t("virtual.reset_costs", { time: penalty }),
    ...(kind === "time_trial" ? [] : [t("league.collision_costs", { time: contact })]),
  ].join(" · ");
}

/** What people should know before they submit. */
export const stageWords = (stage) =>
  html`<p><strong>${when(stage)}</strong></p>
    <p class="muted"><bdi>${race(stage)}</bdi></p>
    ${stage.is_played ? html`<p>${t("show.is_played")}</p>` : nothing}
    ${stage.prizes === "" ? nothing : html`<p>${t("virtual.prizes", { prizes: stage.prizes })}</p>`}`;
