// The rules of a virtual stage in words.

import { html } from "lit";
import { decimal } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

const S_PER_MIN = 60;

/** No decimals where there are none. */
const seconds = (value) => decimal(value, Number.isInteger(value) ? 0 : 1, language());

function onTheRoad({ race_kind: kind, objects, bots, bots_change_lanes: changes }) {
  if (kind === "objects") return [t("virtual.objects", { count: objects })];
  if (kind === "head_to_head") return [t("virtual.two_on_track")];
  if (kind === "head_to_bot") return [t("virtual.bots", { count: bots }), ...(changes ? [t("league.bots_change_lanes")] : [])];
  return [];
}

function submitting({ submissions_max: most, cool_down_s: coolDownS }) {
  return [
    most === 0 ? t("league.no_limit") : t("league.limit", { count: most }),
    ...(coolDownS > 0 ? [t("league.cool_down", { minutes: seconds(coolDownS / S_PER_MIN) })] : []),
  ];
}

/** Sentence by sentence. */
export function rulesOf(stage) {
  const { race_kind: kind, laps, format_name: format, seed } = stage;
  const bears = { count: stage.resets_max, time: seconds(stage.lap_limit_s) };
  return [
    ...onTheRoad(stage),
    t("virtual.laps", { count: laps }),
    tCode("virtual_ranked_by", format),
    t("virtual.reset_costs", { time: seconds(stage.reset_penalty_s) }),
    ...(kind === "time_trial" ? [] : [t("league.collision_costs", { time: seconds(stage.collision_penalty_s) })]),
    kind === "head_to_head" ? t("virtual.lap_bears_or_out", bears) : t("league.lap_bears", bears),
    seed === null ? t("league.own_seeds") : t("league.one_seed", { seed }),
    ...submitting(stage),
    ...(stage.is_played ? [t("show.is_played")] : []),
  ];
}

export const rulesList = (stage) =>
  html`<ul class="stage__rules">
    ${rulesOf(stage).map((rule) => html`<li>${rule}</li>`)}
  </ul>`;
