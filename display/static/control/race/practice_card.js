// Who may go onto a practice heat's track; who is on it stands with the heat.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { isUnderWay, starters } from "/static/view_model.js";
import { plate } from "/static/parts/plate.js";

export function practiceCard(view, { isBusy, act }) {
  const { heat } = view;
  if (heat === null || !heat.is_practice || !isUnderWay(heat)) return nothing;
  const isOut = (entry) => heat.runs[entry.entry_id]?.is_on_track === true;
  const others = starters(view).filter((entry) => !isOut(entry));
  const send = (entry) =>
    act(
      `/heats/${heat.heat_id}/send-out`,
      { entry_id: entry.entry_id },
      t("race.send_out_done", { name: entry.name }),
    );
  return html`<section class="card">
    <h2 class="card__title">${t("race.practice")}</h2>
    <ol class="rows">
      ${others.map(
        (entry) =>
          html`<li class="row" data-entry=${entry.entry_id}>
            ${plate(entry)}<bdi class="row__main">${entry.name}</bdi>
            <button class="button" ?disabled=${isBusy} @click=${() => send(entry)}>
              ${t("race.send_out")}
            </button>
          </li>`,
      )}
    </ol>
  </section>`;
}
