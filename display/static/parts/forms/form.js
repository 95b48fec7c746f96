// Small pieces of forms: labelled fields, and what was typed into them.

import { html, nothing } from "lit";

/** What a submitted form holds, by field name; keeps the browser from sending it itself. */
export function formValues(event) {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.target));
}

export const textField = (
  label,
  name,
  { value = "", isRequired = true, list, most = 40, hint } = {},
) =>
  html`<label class="field">
    <span>${label}</span>
    <input
      name=${name}
      .value=${value}
      maxlength=${most}
      placeholder=${hint ?? nothing}
      ?required=${isRequired}
      list=${list ?? nothing}
      autocomplete="off"
    />
  </label>`;

export const numberField = (
  label,
  name,
  { value, least, most, step = 1, isRequired = true },
) =>
  html`<label class="field">
    <span>${label}</span>
    <input
      name=${name}
      type="number"
      inputmode=${step === 1 ? "numeric" : "decimal"}
      .value=${String(value)}
      min=${least}
      max=${most}
      step=${step}
      ?required=${isRequired}
    />
  </label>`;

export const colourField = (label, name, value) =>
  html`<label class="field field--colour">
    <span>${label}</span>
    <input name=${name} type="color" .value=${value} />
  </label>`;

export const checkField = (label, name, isChecked = false) =>
  html`<label class="check">
    <input name=${name} type="checkbox" ?checked=${isChecked} />
    <span>${label}</span>
  </label>`;

/** `options` are [value, text] pairs. */
export const choiceField = (label, name, options, selected = "") =>
  html`<label class="field">
    <span>${label}</span>
    <select name=${name}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === selected}>${text}</option>`)}
    </select>
  </label>`;

/** A hue that differs from those before it: the golden angle around the colour circle. */
export function nextColour(count) {
  const hue = (count * 137.5 + 200) % 360;
  const channel = (shift) => {
    const position = (shift + hue / 30) % 12;
    const value = 0.6 - 0.36 * Math.max(-1, Math.min(position - 3, 9 - position, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
