// Drivers or cars: the list of those known, with name and colour to change, and a form to add one.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { colourField, formValues, nextColour, textField } from "/static/parts/form.js";

async function add(event, path, act) {
  const form = event.target;
  const answer = await act(path, formValues(event), t("plan.added"));
  if (answer !== null) form.reset();
}

const rename = (event, path, act) => act(path, formValues(event), t("plan.saved"), "PATCH");

/** `rows` have a name and a colour; `idKey` names their id; `path` is where they live. */
export function registryCard({ title, path, idKey, rows, act }) {
  return html`<section class="card">
    <h2 class="card__title">${title}</h2>
    <ul class="rows">
      ${rows.map(
        (row) =>
          html`<li>
            <details class="details">
              <summary>
                <i class="swatch" .style=${`background:${row.colour}`}></i><bdi>${row.name}</bdi>
              </summary>
              <form
                class="form form--line"
                @submit=${(event) => rename(event, `${path}/${encodeURIComponent(row[idKey])}`, act)}
              >
                ${textField(t("plan.name"), "name", { value: row.name })}
                ${colourField(t("plan.colour"), "colour", row.colour)}
                <button class="button">${t("plan.save")}</button>
              </form>
            </details>
          </li>`,
      )}
    </ul>
    <form class="form form--line" @submit=${(event) => add(event, path, act)}>
      ${textField(t("plan.name"), "name")}
      ${colourField(t("plan.colour"), "colour", nextColour(rows.length))}
      <button class="button button--main">${t("plan.add")}</button>
    </form>
  </section>`;
}
