// The choice of rules that drivers know by name, with every sentence of what is chosen.

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { t, tCode } from "/static/i18n.js";
import { numberField } from "/static/parts/forms/form.js";

const DEFAULT_WINDOW_S = 180;

const tieBreaks = (preset) =>
  preset.tie_breaks
    .map(({ code, description }) => tCode("tie_break", code, {}, description))
    .join(", ");

function sentences(preset) {
  return html`<p data-testid="preset">
      ${tCode("preset_description", preset.name, {}, preset.description)}
    </p>
    <ul class="sentences">
      ${preset.rules.map(({ code, text }) => html`<li>${tCode("preset_rule", code, {}, text)}</li>`)}
    </ul>
    <p class="muted">${t("new.preset_ties", { list: tieBreaks(preset) })}</p>`;
}

/** `presets` as `GET /presets` lists them; the window is the preset's until another is typed. */
export function presetFields({ presets, chosen, onChoose }) {
  const preset = presets.find((each) => each.name === chosen);
  if (preset === undefined) return nothing;
  const window = { value: preset.options.window_s ?? DEFAULT_WINDOW_S, least: 10, most: 3600 };
  return html`<label class="field">
      <span>${t("new.preset")}</span>
      <select name="preset" @change=${(event) => onChoose(event.target.value)}>
        ${presets.map(
          (each) =>
            html`<option value=${each.name} ?selected=${each.name === chosen}>
              ${tCode("preset_title", each.name, {}, each.title)}
            </option>`,
        )}
      </select>
    </label>
    ${sentences(preset)} ${keyed(chosen, numberField(t("stage.window_s"), "window_s", window))}`;
}
