// Small forms of rulings: a time that is typed, an instant of the heat, whose a pass was.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { notify } from "/static/parts/act.js";
import { typedUs } from "/static/typed_time.js";

/** Reads a time from a form's field, or says that it can't and returns null. */
function typed(event, name) {
  const us = typedUs(new FormData(event.target).get(name));
  if (us === null) notify(event.target, t("marshal.no_time"), true);
  return us;
}

const timeField = (label, name, { isRequired = true } = {}) =>
  html`<label class="field">
    <span>${label}</span>
    <input
      name=${name}
      class="digits"
      inputmode="decimal"
      maxlength="12"
      placeholder=${lapTime(0)}
      autocomplete="off"
      ?required=${isRequired}
    />
  </label>`;

/**
 * A form with one time; `onTime` gets it in microseconds. Ruled, it is empty again: a second tap
 * must not rule the same twice.
 */
export const timeForm = (label, button, onTime) =>
  html`<form
    class="form--line"
    @submit=${async (event) => {
      event.preventDefault();
      const form = event.target;
      const us = typed(event, "time");
      if (us !== null && (await onTime(us))) form.reset();
    }}
  >
    ${timeField(label, "time")}<button class="button">${button}</button>
  </form>`;

/**
 * A form with one instant and several buttons ({text, onTime}); left empty it means now (null),
 * where the heat still runs.
 */
export function instantForm(label, isOver, buttons) {
  const submit = (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get("time").trim();
    const us = text === "" ? null : typed(event, "time");
    if (text !== "" && us === null) return;
    buttons[Number(event.submitter?.value ?? 0)].onTime(us);
  };
  return html`<form class="form--line form--wide" @submit=${submit}>
    ${timeField(label, "time", { isRequired: isOver })}
    ${buttons.map(
      ({ text }, at) => html`<button class="button" value=${at}>${text}</button>`,
    )}
  </form>`;
}

/** A choice of a run of any heat; `others` are [value, text] pairs, the value "heat entry". */
export function whoseForm(others, onChoice) {
  if (others.length === 0) return nothing;
  const choose = (event) => {
    event.preventDefault();
    const [heatId, entryId] = new FormData(event.target).get("whose").split(" ");
    onChoice({ heat_id: heatId, entry_id: entryId });
  };
  return html`<form class="form--line form--wide" @submit=${choose}>
    <label class="field">
      <span>${t("marshal.whose")}</span>
      <select name="whose">
        ${others.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select>
    </label>
    <button class="button">${t("marshal.reassign")}</button>
  </form>`;
}
