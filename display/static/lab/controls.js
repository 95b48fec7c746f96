// What a ghost does, by sliders; and which track and which reward function it is asked with.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { number } from "/static/lab/readings.js";
import { rewardTitle, trackTitle } from "/static/parts/titles.js";

const KINDS = [
  { key: "speed", least: 0, most: 4, step: 0.1, unit: "m/s", digits: 1 },
  { key: "steering", least: -30, most: 30, step: 1, unit: "°", digits: 0 },
  { key: "turn", least: -180, most: 180, step: 1, unit: "°", digits: 0 },
  { key: "progress", least: 0, most: 100, step: 1, unit: "%", digits: 0 },
  { key: "steps", least: 1, most: 1800, step: 1, unit: "", digits: 0 },
];

function slider({ key, least, most, step, unit, digits }, ghost, onChange) {
  const words = {
    speed: t("lab.speed"),
    steering: t("lab.steering"),
    turn: t("lab.turn"),
    progress: t("lab.progress"),
    steps: t("lab.steps"),
  };
  return html`<label class="slide">
    <span>${words[key]}</span>
    <strong class="digits" aria-hidden="true">${number(ghost[key], digits)} ${unit}</strong>
    <input
      type="range"
      name=${key}
      min=${least}
      max=${most}
      step=${step}
      aria-valuetext=${`${number(ghost[key], digits)} ${unit}`}
      .value=${String(ghost[key])}
      @input=${({ target }) => onChange({ [key]: Number(target.value) })}
    />
  </label>`;
}

/** Sliders of all that the ghost does; whatever is changed holds for the whole map. */
export const slidersOf = (ghost, onChange) => html`<div class="slides">
  ${KINDS.map((kind) => slider(kind, ghost, onChange))}
  <p class="muted slides__note">${t("lab.alike_everywhere")}</p>
</div>`;

const option = (value, text, chosen) =>
  html`<option value=${value} ?selected=${value === chosen}>${text}</option>`;

/** Which track. */
export const trackChoice = (tracks, trackId, onChange) => html`<label class="field">
  <span>${t("lab.track")}</span>
  <select name="track" @change=${({ target }) => onChange(target.value)}>
    ${tracks.map((track) => option(track.track_id, trackTitle(track), trackId))}
  </select>
</label>`;

/** How many boxes stand on the road. */
export const boxesChoice = (count, onChange) => html`<label class="field">
  <span>${t("lab.objects")}</span>
  <select name="objects" @change=${({ target }) => onChange(Number(target.value))}>
    ${[0, 1, 2, 3, 4, 5, 6].map((each) => option(each, String(each), count))}
  </select>
</label>`;

/** Which reward; examples stand apart. `first` is [value, text] of what else there is to choose. */
export function rewardChoice(label, name, rewards, chosen, onChange, first = null) {
  const [own, examples] = [rewards.filter((each) => !each.is_example), rewards.filter((each) => each.is_example)];
  const group = (title, some) =>
    some.length === 0
      ? nothing
      : html`<optgroup label=${title}>${some.map((each) => option(each.reward_id, each.driver_name ? `${each.name} · ${each.driver_name}` : rewardTitle(each), chosen))}</optgroup>`;
  return html`<label class="field">
    <span>${label}</span>
    <select name=${name} @change=${({ target }) => onChange(target.value)}>
      ${first === null ? nothing : option(first[0], first[1], chosen)}
      ${group(t("lab.kept"), own)} ${group(t("lab.examples"), examples)}
    </select>
  </label>`;
}
