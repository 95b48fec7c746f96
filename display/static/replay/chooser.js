// Chooses a lap: of which heat, which driver, which lap. What can't be played is not offered.

import { html, nothing } from "lit";
import { fileSize, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";

const choice = (label, value, options, onChoose) =>
  html`<label class="field">
    <span>${label}</span>
    <select @change=${(event) => onChoose(event.target.value)} ?disabled=${options.length === 0}>
      ${options.map(
        ([id, text]) => html`<option value=${id} ?selected=${id === value}>${text}</option>`,
      )}
    </select>
  </label>`;

const lapText = (lap) =>
  `${t("laps.number", { number: lap.number })} · ${lapTime(lap.duration_us)}${lap.invalid === null ? "" : ` (${tCode("lap_invalid", lap.invalid)})`}`;

/** The lap that somebody wants first: the best that counts, else the first, else the whole. */
export function bestLap(run) {
  const counting = run.laps.filter((lap) => lap.invalid === null);
  const best = counting.toSorted((one, other) => one.duration_us - other.duration_us)[0];
  return (best ?? run.laps[0])?.number ?? 0;
}

export const playable = (heat) => (heat?.runs ?? []).filter((run) => run.records.length > 0);

const file = (pick, record, remove) =>
  html`<a
      class="button"
      download
      href="/api/v1/events/${pick.heat.event_id}/records/${record.record_id}"
      >${t("replay.download", { size: fileSize(record.size_bytes, language()) })}</a
    >
    ${
      remove === null
        ? nothing
        : html`<button class="button" @click=${() => remove(record, pick)}>${t("replay.delete")}</button>`
    }`;

/**
 * `pick` has heatId, entryId, lap, heat (its runs); `change` gets what was chosen of them, and
 * `remove` the record that is to go, null for who may not.
 */
export function chooser(heats, pick, change, remove) {
  const runs = playable(pick.heat);
  const run = runs.find((each) => each.entry_id === pick.entryId);
  const laps = run === undefined ? [] : [...run.laps.map((lap) => [String(lap.number), lapText(lap)]), ["0", t("replay.whole")]];
  return html`<div class="choice">
    ${choice(
      t("replay.heat"),
      pick.heatId,
      heats.map((heat) => [heat.heat_id, `${heat.number} · ${heat.title}`]),
      (heatId) => change({ heatId, entryId: null, lap: null }),
    )}
    ${choice(
      t("replay.driver"),
      pick.entryId,
      runs.map((each) => [each.entry_id, `${each.number} · ${each.driver}`]),
      (entryId) => change({ entryId, lap: null }),
    )}
    ${choice(t("replay.lap"), String(pick.lap), laps, (lap) => change({ lap: Number(lap) }))}
    ${
      run === undefined
        ? nothing
        : run.records
            .filter((record) => record.is_own)
            .map((record) => file(pick, record, remove))
    }
  </div>`;
}
