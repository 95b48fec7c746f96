// The buttons that reach a run's car: go and stop, off track, and its speed.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { hasLink, stopOf } from "/static/parts/cars/state.js";

const STEP_PCT = 5;

const runPath = (view, run) => `/heats/${view.heat.heat_id}/runs/${run.entry_id}`;

/** When the finger was on the screen, by the race clock; the server then knows how long it took. */
export const pressedNow = (feed) => {
  const nowUs = feed.raceNowUs();
  return nowUs === null ? {} : { pressed_us: Math.round(nowUs) };
};

/**
 * Go for a held car, else stop; beside a heat's own Stop it is called something else. A car without
 * a link hears neither: such a run is only let go on after its off-track.
 */
export function goButton(view, run, { isBusy, act, feed }, kind = "") {
  const path = runPath(view, run);
  if (run.held === null && !hasLink(feed, run)) return nothing;
  return run.held === null
    ? html`<button
        class="button ${kind}"
        ?disabled=${isBusy}
        @click=${() => act(`${path}/hold`, { cause: "stop" }, t("drive.held"))}
      >
        ${kind === "" ? t("drive.hold") : t("drive.stop")}
      </button>`
    : html`<button
        class="button button--go ${kind}"
        ?disabled=${isBusy || stopOf(view, run.car_id) !== null}
        @click=${() => act(`${path}/go`, {}, t("drive.gone"))}
      >
        ${t("drive.go")}
      </button>`;
}

/** One tap counts it and holds the car, so that it can be put back. */
export const offTrackButton = (view, run, { isBusy, act }, kind = "") =>
  html`<button
    class="button ${kind}"
    ?disabled=${isBusy || view.heat.phase !== "running" || run.held === "off_track"}
    @click=${() => act(`${runPath(view, run)}/hold`, { cause: "off_track" }, t("drive.off_track_done"))}
  >
    ${kind === "" ? t("drive.off_track_hold") : t("drive.off_track")}
  </button>`;

export function speedField(view, run, { isBusy, act, feed }) {
  if (!hasLink(feed, run)) return nothing;
  const change = ({ target }) =>
    act(`${runPath(view, run)}/speed`, { speed_pct: Number(target.value) }, t("drive.speed_done", { percent: target.value }));
  return html`<label class="speed">
    <span>${t("drive.speed")}</span>
    <input
      type="range"
      min="0"
      max="100"
      step=${STEP_PCT}
      .value=${String(run.speed_pct)}
      ?disabled=${isBusy}
      @input=${({ target }) => (target.nextElementSibling.value = `${target.value} %`)}
      @change=${change}
    />
    <output class="digits" .value=${`${run.speed_pct} %`}></output>
  </label>`;
}
