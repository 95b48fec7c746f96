// My protests: against which heat, while there is time, why, and what was decided.

import { html, nothing } from "lit";
import { timeOfDay } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { choiceField, formValues } from "/static/parts/forms/form.js";

const MAX_REASON_LENGTH = 200;
const US_PER_MS = 1000;

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
      <span class="muted"><bdi>${protest.reason}</bdi></span>
      ${protest.decision_reason === null ? nothing : html`<span><bdi>${protest.decision_reason}</bdi></span>`}</span
    >
    <strong>${tCode("protest_state", protest.state)}</strong>
  </li>`;

/** The heats against which a protest is still heard, newest first, each with until when. */
function openHeats({ sheet, nowUs }) {
  const closes = sheet?.protests_close_us ?? {};
  return (sheet?.heats ?? [])
    .filter(({ heat_id: id }) => nowUs === null || !(closes[id] < nowUs))
    .map(({ heat_id: id, number }) => {
      const heat = t("me.heat", { number });
      if (closes[id] === undefined || nowUs === null) return [id, heat];
      const until = new Date(Date.now() + (closes[id] - nowUs) / US_PER_MS);
      return [id, t("me.heat_until", { heat, time: timeOfDay(until, language()) })];
    })
    .reverse();
}

const lodgeForm = (heats, all) =>
  html`<details class="details">
    <summary>${t("me.protest")}</summary>
    <form class="form" @submit=${(event) => lodge(event, all)}>
      ${choiceField(t("me.against"), "heat_id", heats)}
      <label class="field"
        ><span>${t("me.why")}</span>
        <textarea name="reason" rows="3" required maxlength=${MAX_REASON_LENGTH}></textarea>
      </label>
      <button class="button button--main">${t("me.lodge")}</button>
    </form>
  </details>`;

/** `nowUs` is the race clock, by which the time for protests runs out; null where not known. */
export function protestsCard(all) {
  const { entry, sheet, protests } = all;
  const mine = protests.filter((protest) => protest.entry_id === entry.entry_id);
  const heats = openHeats(all);
  if ((sheet?.heats ?? []).length === 0 && mine.length === 0) return nothing;
  return html`<section class="card" data-testid="my-protests">
    <h2 class="card__title">${t("me.protests")}</h2>
    ${
      mine.length === 0
        ? nothing
        : html`<ul class="rows">
            ${mine.map(row)}
          </ul>`
    }
    ${heats.length === 0 ? html`<p class="muted">${t("me.protests_over")}</p>` : lodgeForm(heats, all)}
  </section>`;
}
