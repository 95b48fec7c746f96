// What the heat on show is doing: its phase, who races it, and how the clocks stand.

import { html, nothing } from "lit";
import { countdown, runningTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import {
  carOf,
  entryOf,
  hasField,
  isBeforeGo,
  isUnderWay,
  lapClockUs,
  openPause,
  runLaps,
  validLaps,
  windowState,
} from "/static/view_model.js";
import { titleInView } from "/static/parts/standings/match.js";
import { plate } from "/static/parts/plate.js";
import "/static/parts/clocks/running_clock.js";

function carWords(heat, car) {
  if (heat.is_virtual) return t("show.on_track");
  return car === null ? t("control.no_car") : html`<bdi>${car.name}</bdi>`;
}

function who(view) {
  const { heat } = view;
  if (hasField(heat)) {
    const name = heat.is_practice
      ? t("race.practice")
      : (titleInView(view, heat.match_name) ?? view.stage?.title);
    return html`<p class="heat__who"><bdi class="heat__name">${name}</bdi></p>`;
  }
  const entry = entryOf(view, heat.entry_id);
  const car = carOf(view, heat.car_id);
  return html`<p class="heat__who">
      ${plate(entry)}<bdi class="heat__name">${entry.name}</bdi>
    </p>
    <p class="muted">${carWords(heat, car)}</p>`;
}

/** Since when nobody's clock runs, or when it will run again. */
function pauseLine(view, feed) {
  const pause = openPause(view.heat);
  if (pause === null) return nothing;
  const read = (nowUs) =>
    pause.due_us === null
      ? `${t("race.paused_for")} ${countdown(nowUs - pause.from_us)}`
      : `${t("race.goes_on_in")} ${countdown(pause.due_us - nowUs)}`;
  const whose = pause.entry_id === null ? nothing : entryOf(view, pause.entry_id).name;
  return html`<p class="heat__pause heat__pause--${pause.cause}" data-testid="pause">
    <strong>${tCode("pause_cause", pause.cause)}</strong> <bdi>${whose}</bdi>
    <running-clock .feed=${feed} .read=${read}></running-clock>
  </p>`;
}

function clocks(view, feed) {
  const { heat } = view;
  if (!isUnderWay(heat) || hasField(heat)) return nothing;
  const lap = (nowUs) =>
    isBeforeGo(heat, nowUs)
      ? `−${countdown(heat.started_us - nowUs)}`
      : runningTime(lapClockUs(heat, nowUs) ?? 0);
  const left = (nowUs) => {
    const state = windowState(view, nowUs);
    return state.isClosed ? t("window.closed") : countdown(state.remainingUs);
  };
  return html`<dl class="clocks">
    <div>
      <dt>${t("running.lap", { number: runLaps(heat).length + 1 })}</dt>
      <dd><running-clock .feed=${feed} .read=${lap}></running-clock></dd>
    </div>
    ${
      heat.is_virtual
        ? nothing
        : html`<div>
            <dt>${t("window.title")}</dt>
            <dd><running-clock .feed=${feed} .read=${left}></running-clock></dd>
          </div>`
    }
    <div>
      <dt>${t("control.laps")}</dt>
      <dd class="digits">${validLaps(heat).length}</dd>
    </div>
  </dl>`;
}

export function heatStatus(view, feed) {
  const { heat } = view;
  if (heat === null) return html`<p class="muted">${t("control.no_heat")}</p>`;
  const notes = [
    heat.end_reason === null ? "" : tCode("end_reason", heat.end_reason),
    heat.rerun_of === null ? "" : t("race.rerun_mark"),
  ];
  return html`<div class="heat" data-phase=${heat.phase}>
    <p class="heat__phase">
      <span class="chip chip--${heat.phase}">${t(`phase.${heat.phase}`)}</span>
      ${
        heat.flag === "yellow"
          ? html`<span class="chip chip--yellow">${tCode("flag_shown", "yellow")}</span>`
          : nothing
      }
      <span class="digits">${t("control.heat", { number: heat.number })}</span>
      <span class="muted">${notes.filter((note) => note !== "").join(" · ")}</span>
    </p>
    ${who(view)} ${pauseLine(view, feed)} ${clocks(view, feed)}
  </div>`;
}
