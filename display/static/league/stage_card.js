// One virtual stage for everybody: when, on what, by which rules, for what, who leads and who drives.

import { html, nothing } from "lit";
import { decimal, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { lapLinks, standingsOf } from "/static/league/standings.js";
import { rulesList } from "/static/parts/virtual/rules.js";
import { instantHere, instantThere } from "/static/parts/virtual/times.js";
import "/static/league/count_down.js";
import "/static/parts/track_plan.js";

const PHASES = { before: "chip--called", open: "chip--running", closed: "" };

const times = (label, instant, { time_zone: zone }) =>
  html`<div>
    <dt>${label}</dt>
    <dd>
      ${instantHere(instant)}
      ${instantThere(instant, zone) === null ? nothing : html`<small class="muted">${instantThere(instant, zone)}</small>`}
    </dd>
  </div>`;

function counting({ phase, opens_utc: opens, closes_utc: closes }, ahead, over) {
  if (phase === "closed") return nothing;
  const [label, until] = phase === "before" ? [t("league.opens_in"), opens] : [t("league.closes_in"), closes];
  return html`<p class="stage__count">
    <span class="label">${label}</span>
    <count-down .until=${until} .ahead=${ahead} @over=${over}></count-down>
  </p>`;
}

/** The drawing; of a sealed track the seal, by which everybody can check it afterwards. */
function track({ track: name, track_seal: seal }, shape) {
  if (name === null)
    return html`<div class="stage__sealed">
      <strong>${t("league.sealed")}</strong>
      <span class="muted">${t("league.seal_told")}</span>
      <code class="stage__seal">${seal ?? ""}</code>
    </div>`;
  const length = shape ? t("league.length", { metres: decimal(shape.length_m, 1, language()) }) : "";
  return html`<figure class="stage__track">
    ${shape ? html`<track-plan .shape=${shape} label=${t("virtual.track", { track: name })}></track-plan>` : nothing}
    <figcaption><bdi>${name}</bdi> <span class="muted digits">${length}</span></figcaption>
  </figure>`;
}

function driving({ running, waiting }) {
  if (running.length === 0 && waiting === 0) return nothing;
  return html`<div class="stage__now" role="status">
    ${running.map((run) => {
      const told = t("virtual.laps_done", { done: run.laps_done, laps: run.laps });
      return html`<p class="virtual__progress">
        <span><strong>${t("league.driven_now")}</strong> <bdi>${run.name}</bdi> <span class="muted digits">${told}</span></span>
        <progress max=${Math.max(1, run.laps)} value=${run.laps_done} aria-label=${told}></progress>
      </p>`;
    })}
    ${running.some((run) => run.is_shown) ? html`<p><a class="button" href="/">${t("league.on_the_board")}</a></p>` : nothing}
    ${waiting === 0 ? nothing : html`<p class="muted">${t("league.waiting", { count: waiting })}</p>`}
  </div>`;
}

function entering({ phase, stage_id: id }) {
  if (phase !== "open") return nothing;
  return html`<a class="button button--main" href=${`/me?stage=${encodeURIComponent(id)}`}>${t("league.submit")}</a>`;
}

function outcome(eventId, { stage, standings, best }, maySeeLaps) {
  if (best === null) return nothing;
  const [winner] = standings;
  const isDone = stage.phase === "closed" && winner.is_ranked;
  return html`<div class="stage__best">
    ${isDone ? html`<p class="stage__winner"><span class="label">${t("league.winner")}</span> <strong><bdi>${winner.name}</bdi></strong></p>` : nothing}
    <p class="stage__lap">
      <span class="label">${t("paper.best_lap")}</span>
      <strong class="digits">${lapTime(best.best_us)}</strong> <bdi>${best.name}</bdi>
    </p>
    ${maySeeLaps ? html`<p class="form__buttons">${lapLinks(eventId, best)}</p>` : nothing}
  </div>`;
}

/**
 * `shape` is the track's, null where nobody has it; `over` is called when a countdown ends. Laps are
 * for drivers and the crew: nobody else is led to them.
 */
export function stageCard(eventId, each, { shape, ahead, over, maySeeLaps }) {
  const { stage } = each;
  return html`<article class="card stage" data-stage=${stage.stage_id} data-phase=${stage.phase}>
    <header class="stage__head">
      <h3 class="card__title"><bdi>${stage.title}</bdi></h3>
      <span class="chip ${PHASES[stage.phase]}">${tCode("virtual_phase", stage.phase)}</span>
    </header>
    <div class="stage__body">
      <div class="stage__about">
        ${counting(stage, ahead, over)} ${track(stage, shape)} ${entering(stage)}
        <dl class="stage__facts">
          ${times(t("league.opens"), stage.opens_utc, stage)} ${times(t("league.closes"), stage.closes_utc, stage)}
          <div><dt>${t("virtual.field_race_kind")}</dt><dd>${tCode("virtual_kind", stage.race_kind)}</dd></div>
          ${stage.prizes === "" ? nothing : html`<div class="stage__won"><dt>${t("virtual.field_prizes")}</dt><dd class="stage__prizes">${stage.prizes}</dd></div>`}
        </dl>
        <details class="details"><summary>${t("league.rules")}</summary>${rulesList(stage)}</details>
      </div>
      ${
        stage.phase === "before"
          ? nothing
          : html`<div class="stage__standing">${driving(each)} ${outcome(eventId, each, maySeeLaps)} ${standingsOf(each)}</div>`
      }
    </div>
  </article>`;
}
