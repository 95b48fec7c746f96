// Real cars that were measured on this server, to be chosen from: as which a model sees and steers.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";

/** The choices [value, text]; the usual virtual car is "". */
export const measuredChoices = (cars) => [
  ["", t("measured.usual")],
  ...cars.map((each) => [each.about.car_id, t("measured.as_car", { car: each.car_name })]),
];

/** A choice of the car; nothing where none was measured. */
export function measuredField(cars, chosen, onChange) {
  if (cars.length === 0) return nothing;
  return html`<label class="field">
    <span>${t("measured.seen_by")}</span>
    <select name="as_measured" @change=${(event) => onChange(event.target.value)}>
      ${measuredChoices(cars).map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
    </select>
  </label>`;
}
