// What to install where this server can't train models, as commands to copy.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";

const COMMANDS = { train: "make setup-train", sandbox: "make setup-sandbox" };

export function lacking(lacks) {
  if (lacks.length === 0) return nothing;
  return html`<section class="card lacking" data-testid="lacking">
    <h2 class="card__title">${t("train.lacking")}</h2>
    <p>${t("train.lacking_how")}</p>
    ${lacks.map((each) => html`<div><code class="typed">${COMMANDS[each]}</code><p class="muted">${t(`train.lacks.${each}`)}</p></div>`)}
    <p class="muted">${t("train.lacking_then")}</p>
  </section>`;
}
