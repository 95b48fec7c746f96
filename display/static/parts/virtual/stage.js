// A stage on a virtual track in words: when it is open, on what it is raced, what can be won.

import { html, nothing } from "lit";
import { dateAndTime, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

function when({ phase, opens_utc: opens, closes_utc: closes }) {
  const reader = language();
  if (phase === "before") return t("virtual.opens_at", { time: dateAndTime(opens, reader) });
  const time = dateAndTime(closes, reader);
  return phase === "open" ? t("virtual.open_until", { time }) : t("virtual.closed_at", { time });
}

function race(stage) {
  const { race_kind: kind, objects, bots, laps, reset_penalty_s: penalty } = stage;
  const onTheRoad = { objects: t("virtual.objects", { count: objects }), head_to_bot: t("virtual.bots", { count: bots }) };
  return [
    stage.track === null ? t("virtual.sealed") : t("virtual.track", { track: stage.track }),
    onTheRoad[kind] ?? tCode("virtual_kind", kind),
    t("virtual.laps", { count: laps }),
    t("virtual.reset_costs", { time: penalty }),
  ].join(" · ");
}

/** What people should know before they submit. */
export const stageWords = (stage) =>
  html`<p><strong>${when(stage)}</strong></p>
    <p class="muted"><bdi>${race(stage)}</bdi></p>
    ${stage.prizes === "" ? nothing : html`<p>${t("virtual.prizes", { prizes: stage.prizes })}</p>`}`;

const cell = (label, us, shown) =>
  html`<span class="gap__figure"><span class="muted">${label}</span> <strong>${shown(us)}</strong></span>`;

/** How near real laps come to virtual ones, model by model. */
export function gapsList(gaps, isNamed, signed) {
  if (gaps.length === 0) return nothing;
  return html`<h3 class="subhead">${t("virtual.sim_to_real")}</h3>
    <ol class="rows" data-testid="gaps">
      ${gaps.map(
        (gap) =>
          html`<li class="row row--model">
            <span class="row__main"
              >${isNamed ? html`<strong><bdi>${gap.name}</bdi></strong>` : nothing}
              <span><bdi>${gap.model ?? gap.model_sha256.slice(0, 12)}</bdi></span>
              <span class="muted"><bdi>${gap.track}</bdi></span></span
            >
            <span class="gap__figures"
              >${cell(t("virtual.best_virtual"), gap.virtual_best_us, lapTime)}
              ${cell(t("virtual.best_real"), gap.real_best_us, lapTime)}
              ${cell(t("virtual.gap"), gap.gap_us, signed)}</span
            >
          </li>`,
      )}
    </ol>
    <p class="muted">${t("virtual.gap_note")}</p>`;
}
