// One lap at one instant: what the car saw, what its model wanted, how late it reached the wheels.

import { html, nothing, svg } from "lit";
import { bound, decimal, lapTime, percent, runningTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { plate } from "/static/parts/plate.js";
import { momentOf, percentile } from "/static/replay/track_of_time.js";

/** How many pictures are asked for before they are shown. */
const AHEAD = 8;
/** More actions than this are no bars any more, but the likeliest few. */
const MOST_BARS = 12;
/** A clock this far off moves every picture by more than the next one. */
const WIDE_US = 50_000;
const CHART_W = 600;
const CHART_H = 60;

const ms = (us) => (us === null ? "–" : `${decimal(us / 1000, 1, language())} ms`);

const picturePath = (eventId, trace, index) =>
  `/api/v1/events/${eventId}/records/${trace.record_id}/pictures/${index}`;

/** Lets the browser fetch what is shown next; its cache keeps what was shown. */
function fetchAhead(eventId, trace, picture) {
  const from = trace.pictures.indexOf(picture) + 1;
  for (const next of trace.pictures.slice(from, from + AHEAD)) {
    new Image().src = picturePath(eventId, trace, next.index);
  }
}

function view(eventId, trace, picture) {
  if (picture === null) return html`<div class="view view--none">${t("replay.no_pictures")}</div>`;
  fetchAhead(eventId, trace, picture);
  return html`<div class="view">
    <img
      src=${picturePath(eventId, trace, picture.index)}
      alt=${t("replay.picture")}
      data-picture=${picture.index}
    />
  </div>`;
}

/** Which way the wheels are turned, as the driver sees it: a sign is read one way or the other. */
const turn = (steering) => (steering > 0 ? "← " : steering < 0 ? "→ " : "");

const amount = (frac, isSteering) =>
  isSteering
    ? `${turn(Math.round(frac * 100))}${percent(Math.abs(frac), language())}`
    : percent(frac, language());

/** A bar from the middle: left or right, forwards or backwards. */
function bar(label, frac, isMirrored) {
  const share = Math.min(1, Math.abs(frac)) * 50;
  // Positive steering is left, as the driver sees it.
  const isLeft = isMirrored ? frac > 0 : frac < 0;
  const style = `width:${share}%;${isLeft ? `right:50%` : `left:50%`}`;
  return html`<div class="gauge">
    <span class="label">${label}</span>
    <span class="gauge__track"><span class="gauge__bar" .style=${style}></span></span>
    <strong class="digits">${amount(frac, isMirrored)}</strong>
  </div>`;
}

const actionName = ({ steering_deg: degrees, speed_mps: speed }) =>
  `${turn(degrees)}${decimal(Math.abs(degrees), 0, language())}° · ${decimal(speed, 1, language())} m/s`;

function actions(trace, step) {
  if (step === null || step.probabilities.length === 0) return nothing;
  const rows = step.probabilities
    .map((weight, place) => ({ weight, place }))
    .sort((one, other) =>
      step.probabilities.length > MOST_BARS ? other.weight - one.weight : one.place - other.place,
    )
    .slice(0, MOST_BARS);
  return html`<ol class="actions" aria-label=${t("replay.actions")}>
    ${rows.map(
      ({ weight, place }) =>
        html`<li class="action ${place === step.action ? "action--chosen" : ""}">
          <span class="action__bar" .style=${`width:${Math.round(weight * 100)}%`}></span>
          <span class="action__name digits"
            >${trace.actions[place] === undefined ? place : actionName(trace.actions[place])}</span
          >
          <span class="digits">${percent(weight, language())}</span>
        </li>`,
    )}
  </ol>`;
}

const wheels = (step) =>
  step.is_taken ? ms(step.latency_us) : html`<span class="figure--bad">${t("replay.not_taken")}</span>`;

/** Whether a record tells how late anything was; a simulation's doesn't. */
const tellsDelays = (trace) => trace.steps.some((step) => step.latency_us !== null || step.age_us > 0);

function figures(trace, step) {
  if (step === null || !tellsDelays(trace)) return nothing;
  const rows = [
    [t("replay.latency"), wheels(step)],
    [t("replay.age"), ms(step.age_us)],
    [t("replay.inference"), ms(step.inference_us)],
  ];
  return html`<dl class="figures">
    ${rows.map(
      ([name, value]) => html`<div><dt>${name}</dt><dd class="digits">${value}</dd></div>`,
    )}
  </dl>`;
}

/** Latency over the lap, with steering behind it and a line where we are. */
function chart(trace, us) {
  const { steps, duration_us: whole } = trace;
  if (steps.length === 0 || whole === 0) return nothing;
  const top = Math.max(50_000, ...steps.map((step) => step.latency_us ?? 0));
  const x = (step) => ((step.at_us / whole) * CHART_W).toFixed(1);
  const late = steps
    .filter((step) => step.latency_us !== null)
    .map((step) => `${x(step)},${(CHART_H - (step.latency_us / top) * CHART_H).toFixed(1)}`);
  const steering = steps.map(
    (step) => `${x(step)},${(CHART_H / 2 - (step.steering_frac * CHART_H) / 2).toFixed(1)}`,
  );
  const here = ((us / whole) * CHART_W).toFixed(1);
  return html`<figure class="chart">
    <svg viewBox="0 0 ${CHART_W} ${CHART_H}" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<polyline class="chart__steering" points=${steering.join(" ")} />
      <polyline class="chart__latency" points=${late.join(" ")} />
      <line class="chart__here" x1=${here} x2=${here} y1="0" y2=${CHART_H} />`}
    </svg>
    <figcaption class="muted">
      ${
        tellsDelays(trace)
          ? html`<span class="chart__key chart__key--latency"></span>${t("replay.chart_latency", { most: ms(top) })}`
          : nothing
      }
      <span class="chart__key chart__key--steering"></span>${t("replay.steering")}
    </figcaption>
  </figure>`;
}

function summary(trace) {
  const late = trace.steps.map((step) => step.latency_us);
  const parts = [
    tellsDelays(trace)
      ? t("driven.latency", { p50: ms(percentile(late, 0.5)), p95: ms(percentile(late, 0.95)) })
      : t("replay.no_delays"),
    trace.lost_rows > 0 ? t("replay.lost", { count: trace.lost_rows }) : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

/** What the reader should know before believing the pictures' places. */
function doubts(trace) {
  const found = [];
  if (trace.lap !== 0 && trace.bound_us > WIDE_US)
    found.push(t("replay.wide", { bound: bound(trace.bound_us, language()) }));
  if (trace.isUnrelated) found.push(t("replay.unrelated"));
  if (trace.is_cut) found.push(t("replay.cut"));
  return found.map((text) => html`<p class="warning">${text}</p>`);
}

/** `chosen` is the panel's choice with its trace and run; `us` the instant in the lap. */
export function panel(eventId, { trace, run }, us) {
  const { picture, step, word } = momentOf(trace, us);
  const isOver = us >= trace.duration_us;
  return html`${view(eventId, trace, picture)}
    <p class="panel__title">
      ${plate(run)} <bdi class="name">${run.driver}</bdi>
      <span class="panel__time digits"
        >${isOver ? lapTime(trace.duration_us) : runningTime(us)}
        <span class="muted">/ ${lapTime(trace.duration_us)}</span></span
      >
    </p>
    ${
      step === null
        ? nothing
        : html`${bar(t("replay.steering"), step.steering_frac, true)}
          ${bar(t("replay.throttle"), step.throttle_frac, false)}`
    }
    ${figures(trace, step)} ${chart(trace, us)}
    <p class="muted digits">
      ${summary(trace)}${trace.bound_us === null ? nothing : html` · ${t("replay.bound", { bound: bound(trace.bound_us, language()) })}`}
    </p>
    ${doubts(trace)}
    ${
      word === null
        ? nothing
        : html`<p class="word word--${word.kind}">
            <strong>${tCode("replay_word", word.kind)}</strong> <bdi>${word.text}</bdi>
          </p>`
    }
    ${actions(trace, step)}`;
}
