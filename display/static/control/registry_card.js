// Drivers or cars: the list of those known, with name and colour to change, and a form to add one.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { colourField, formValues, nextColour, textField } from "/static/parts/forms/form.js";
import { newCarId } from "/static/control/ids.js";

async function add(event, path, act, taken) {
  const form = event.target;
  const body = formValues(event);
  if ("car_id" in body) body.car_id ||= newCarId(body.name, taken);
  const answer = await act(path, body, t("plan.added"));
  if (answer === null) return;
  form.reset();
  suggestId(form, taken);
}

/** Shows the id that a car of this name gets where none is typed. */
function suggestId(form, taken) {
  const { name, car_id: carId } = form.elements;
  if (carId) carId.placeholder = name.value === "" ? "" : newCarId(name.value, taken);
}

const idField = () =>
  html`<label class="field">
      <span>${t("plan.car_id")}</span>
      <input
        name="car_id"
        maxlength="40"
        pattern="[A-Za-z0-9][A-Za-z0-9._\\-]*"
        title=${t("plan.id_rule")}
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
      />
    </label>`;

/** Only what was changed: the name in the list is the one that everybody sees, maybe a nickname. */
function rename(event, path, row, act) {
  const typed = Object.entries(formValues(event));
  const changes = Object.fromEntries(typed.filter(([name, value]) => value !== row[name]));
  return act(path, changes, t("plan.saved"), "PATCH");
}

/**
 * `rows` have a name and a colour; `idKey` names their id; `path` is where they live. `hasId`:
 * people need the id, since a device is told it.
 */
export function registryCard({ title, path, idKey, rows, act, hasId = false }) {
  const taken = rows.map((row) => row[idKey]);
  return html`<section class="card">
    <h2 class="card__title">${title}</h2>
    <ul class="rows">
      ${rows.map(
        (row) =>
          html`<li>
            <details class="details">
              <summary>
                <i class="swatch" .style=${`background:${row.colour}`}></i><span
                  ><bdi>${row.name}</bdi>${hasId ? html`<code class="id">${row[idKey]}</code>` : nothing}</span
                >
              </summary>
              <form
                class="form form--line"
                @submit=${(event) => rename(event, `${path}/${encodeURIComponent(row[idKey])}`, row, act)}
              >
                ${textField(t("plan.name"), "name", { value: row.name })}
                ${colourField(t("plan.colour"), "colour", row.colour)}
                <button class="button">${t("plan.save")}</button>
              </form>
            </details>
          </li>`,
      )}
    </ul>
    <form
      class="form form--line"
      @input=${(event) => suggestId(event.currentTarget, taken)}
      @submit=${(event) => add(event, path, act, taken)}
    >
      ${textField(t("plan.name"), "name")} ${hasId ? idField() : nothing}
      ${colourField(t("plan.colour"), "colour", nextColour(rows.length))}
      <button class="button button--main">${t("plan.add")}</button>
    </form>
    ${hasId ? html`<p class="muted">${t("plan.car_id_hint")}</p>` : nothing}
  </section>`;
}
