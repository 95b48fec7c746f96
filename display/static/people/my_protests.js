// My protests: against which heat, why, and what was decided.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { choiceField, formValues } from "/static/parts/form.js";

const MAX_REASON_LENGTH = 200;

async function lodge(event, { eventId, entry, act }) {
  const form = event.target;
  const { heat_id: heatId, reason } = formValues(event);
  const body = { heat_id: heatId, entry_id: entry.entry_id, reason };
  const answer = await act(`/events/${eventId}/protests`, body, t("me.protest_lodged"));
  if (answer !== null) form.reset();
}

const row = (protest) =>
  html`<li class="row">
    <span class="row__main"
      >${t("me.heat", { number: protest.heat_number ?? "–" })}
      <span class="muted"><bdi>${protest.reason}</bdi></span></span
    >
    <strong>${tCode("protest_state", protest.state)}</strong>
  </li>`;

export function protestsCard({ eventId, entry, sheet, protests, act }) {
  const mine = protests.filter((protest) => protest.entry_id === entry.entry_id);
  const heats = (sheet?.heats ?? []).map((heat) => [
    heat.heat_id,
    t("me.heat", { number: heat.number }),
  ]);
  if (heats.length === 0 && mine.length === 0) return nothing;
  return html`<section class="card" data-testid="my-protests">
    <h2 class="card__title">${t("me.protests")}</h2>
    <ul class="rows">
      ${mine.map(row)}
    </ul>
    <details class="details">
      <summary>${t("me.protest")}</summary>
      <form class="form" @submit=${(event) => lodge(event, { eventId, entry, act })}>
        ${choiceField(t("me.against"), "heat_id", heats.reverse())}
        <label class="field"
          ><span>${t("me.why")}</span>
          <textarea name="reason" rows="3" required maxlength=${MAX_REASON_LENGTH}></textarea>
        </label>
        <button class="button button--main">${t("me.lodge")}</button>
      </form>
    </details>
  </section>`;
}
