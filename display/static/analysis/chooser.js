// Chooses a lap: of which heat or own log, which driver, which lap.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { logOf, ofHeat, ofLog, runsOf } from "/static/analysis/source.js";

const option = (value, text, chosen) =>
  html`<option value=${value} ?selected=${value === chosen}>${text}</option>`;

const field = (label, onChoose, options) =>
  html`<label class="field">
    <span>${label}</span>
    <select @change=${(event) => onChoose(event.target.value)}>
      ${options}
    </select>
  </label>`;

/** Why a lap doesn't count, or how an episode ended. */
export const invalidText = (code) => tCode("lap_invalid", code, {}, tCode("episode_end", code));

export const lapName = (pick, number) =>
  logOf(pick) === null ? t("laps.number", { number }) : t("analysis.episode", { number });

const lapText = (pick, lap) => {
  const why = lap.invalid === null ? "" : ` (${invalidText(lap.invalid)})`;
  const mark = lap.number === pick.run.best_lap ? " ▲" : "";
  return `${lapName(pick, lap.number)} · ${lapTime(lap.duration_us)}${mark}${why}`;
};

/** `heats` and `logs` are what there is; `change` gets what was chosen. */
export function chooser({ heats, logs }, pick, change) {
  const runs = runsOf(pick.heat);
  return html`<div class="choice">
    ${field(t("analysis.of"), (source) => change({ source, entryId: null, lap: null }), [
      heats.map((heat) => option(ofHeat(heat.heat_id), `${heat.number} · ${heat.title}`, pick.source)),
      logs.length === 0
        ? nothing
        : html`<optgroup label=${t("analysis.logs")}>
            ${logs.map((log) => option(ofLog(log.log_id), log.name, pick.source))}
          </optgroup>`,
    ])}
    ${
      logOf(pick) !== null
        ? nothing
        : field(
            t("replay.driver"),
            (entryId) => change({ entryId, lap: null }),
            runs.map((run) => option(run.entry_id, `${run.number} · ${run.driver}`, pick.entryId)),
          )
    }
    ${
      pick.run === null
        ? nothing
        : field(
            t("replay.lap"),
            (lap) => change({ lap: Number(lap) }),
            pick.run.laps.map((lap) => option(String(lap.number), lapText(pick, lap), String(pick.lap))),
          )
    }
  </div>`;
}
