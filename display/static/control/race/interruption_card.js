// What race control chooses after a machine was away in mid-heat, and the time it may give back.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf, isUnderWay } from "/static/view_model.js";

function choices(heat, { isBusy, act }) {
  const open = heat.interruptions.filter((each) => !each.is_settled);
  if (open.length === 0 || !isUnderWay(heat)) return nothing;
  const path = `/heats/${heat.heat_id}`;
  const sentence = tCode("interruption", open.at(-1).cause);
  const rerun = { reason: sentence, is_rerun: true };
  return html`<p><strong>${sentence}</strong></p>
    <p class="muted">${t("race.interrupted_lead")}</p>
    <div class="commands">
      <button
        class="button command command--go"
        ?disabled=${isBusy}
        @click=${() => act(`${path}/continue`, {}, t("race.continue_done"))}
      >
        ${t("race.continue")}
      </button>
      <button
        class="button command"
        ?disabled=${isBusy}
        @click=${() => act(`${path}/abandon`, rerun, t("race.rerun_done"))}
      >
        ${t("race.rerun")}
      </button>
      <button
        class="button command command--stop"
        ?disabled=${isBusy}
        @click=${() => act(`${path}/stop`, {}, t("control.stop_done"))}
      >
        ${t("race.close_heat")}
      </button>
    </div>`;
}

function offers(view, { isBusy, act }) {
  const { heat } = view;
  return heat.offers.map((offer) => {
    const { name } = entryOf(view, offer.entry_id);
    const body = { extra_us: offer.extra_us, reason: t("race.give_back_reason") };
    const path = `/heats/${heat.heat_id}/runs/${offer.entry_id}/extend`;
    return html`<div class="row" data-offer=${offer.entry_id}>
      <span class="row__main"
        >${t("race.offer", { name, time: `${lapTime(offer.extra_us)} s` })}</span
      >
      <button
        class="button button--main"
        ?disabled=${isBusy}
        @click=${() => act(path, body, t("race.give_back_done"))}
      >
        ${t("race.give_back")}
      </button>
    </div>`;
  });
}

/** Nothing where nothing was interrupted and nothing can be given back. */
export function interruptionCard(view, actions) {
  const { heat } = view;
  if (heat === null) return nothing;
  const isOpen = isUnderWay(heat) && heat.interruptions.some((each) => !each.is_settled);
  if (!isOpen && heat.offers.length === 0) return nothing;
  return html`<section class="card card--alarm" role="alert">
    <h2 class="card__title">${t("race.interrupted")}</h2>
    ${choices(heat, actions)} ${offers(view, actions)}
  </section>`;
}
