// The timer: the lap that runs, the last lap with what it was better or worse, and what holds it.

import { html, nothing } from "lit";
import { countdown, gap, lapTime, runningTime } from "/static/formatting.js";
import { loadLanguage, t } from "/static/i18n.js";
import {
  entryOf,
  hasField,
  lapClockUs,
  lapMark,
  lastDeltaUs,
  lastLap,
  newestLap,
  runLaps,
  windowState,
} from "/static/view_model.js";
import { flagStrip } from "/static/board/heat/flags.js";
import { partOnAir } from "/static/overlay/on_air.js";
import { Overlay } from "/static/overlay/overlay.js";
import { markGlyph, plate } from "/static/parts/plate.js";
import "/static/parts/clocks/running_clock.js";

function delta(heat) {
  const us = lastDeltaUs(heat);
  if (us === null) return nothing;
  return html`<span class="timer__delta digits ${us < 0 ? "timer__delta--faster" : ""}">${gap(us)}</span>`;
}

/** With several cars the lap needs its driver's number, and has no delta that says whose it is. */
function lastLine(view) {
  const { heat } = view;
  const isField = hasField(heat);
  const lap = isField ? newestLap(heat) : lastLap(heat);
  if (lap === null) return nothing;
  return html`<p class="timer__last timer__last--${lapMark(lap)}" data-testid="last-lap">
    <span class="label">${t("figure.last")}</span>
    ${isField && lap.entry_id !== null ? plate(entryOf(view, lap.entry_id)) : nothing}
    <span class="timer__time digits ${lap.is_provisional ? "is-provisional" : ""}">${lapTime(lap.duration_us)}</span>
    ${markGlyph(lap)} ${isField ? nothing : delta(heat)}
  </p>`;
}

const lapTitle = (heat) =>
  heat.lap_opened_us === null
    ? t("running.out_lap")
    : t("running.lap", { number: runLaps(heat).length + 1 });

class OverlayTimer extends Overlay {
  content(view, nowUs) {
    const part = partOnAir(view, nowUs);
    if (part === "running") return this.#running(view);
    return part === "result" && newestLap(view.heat) !== null ? this.#result(view) : null;
  }

  /** One car has its lap's clock; several share what is left of the time. */
  #running(view) {
    const { heat } = view;
    const isField = hasField(heat);
    const label = isField ? t("window.title") : lapTitle(heat);
    const read = (nowUs) => {
      if (!isField) return runningTime(lapClockUs(heat, nowUs) ?? 0);
      const state = windowState(view, nowUs);
      return state.isClosed ? t("window.closed") : countdown(state.remainingUs);
    };
    return html`<section class="timer">
      ${flagStrip(view, this.feed)}
      <p class="timer__clock">
        <span class="label digits" data-testid="lap">${label}</span>
        <running-clock .feed=${this.feed} .read=${read} data-testid="clock"></running-clock>
      </p>
      ${lastLine(view)}
    </section>`;
  }

  #result(view) {
    return html`<section class="timer">
      <p class="timer__clock timer__clock--over"><span class="label">${t("scene.result")}</span></p>
      ${lastLine(view)}
    </section>`;
  }
}

await loadLanguage();
customElements.define("overlay-timer", OverlayTimer);
