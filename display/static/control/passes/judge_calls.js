// Judges' calls of which nobody could say whom they meant: one tap for each entry, or dismiss.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { plate } from "/static/parts/plate.js";

const called = (call) =>
  call.call === "reset" ? t("ruling.ResetMarked") : t("control.off_track");

/** What was called, where, and when: since the heat's start where that heat is on show. */
function circumstances(view, call) {
  const { heat } = view;
  const isShown = heat !== null && heat.heat_id === (call.heat_id ?? null);
  return [
    t("judge.button", { button: call.button, node: call.node_id }),
    (call.lane ?? null) === null ? null : t("race.lane", { lane: call.lane }),
    isShown ? t("judge.since_start", { time: lapTime(call.at_us - heat.started_us) }) : null,
    (call.heat_id ?? null) === null ? t("judge.no_heat") : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

function row(view, callId, call, { isBusy, act }) {
  const answer = (entryId, done) =>
    act(`/judge-calls/${encodeURIComponent(callId)}`, { entry_id: entryId }, done);
  const button = (entryId) => {
    const entry = entryOf(view, entryId);
    return html`<button
      class="button"
      ?disabled=${isBusy}
      @click=${() => answer(entryId, t("judge.marked", { what: called(call), name: entry.name }))}
    >
      ${plate(entry)} <bdi>${entry.name}</bdi>
    </button>`;
  };
  return html`<div data-judge-call=${callId}>
    <p>
      <strong>${called(call)}</strong>
      <span class="muted digits"><bdi>${circumstances(view, call)}</bdi></span>
    </p>
    <div class="form__buttons">
      ${call.entry_ids.map(button)}
      <button class="button" ?disabled=${isBusy} @click=${() => answer(null, t("judge.dismissed"))}>
        ${t("start.dismiss")}
      </button>
    </div>
  </div>`;
}

/** What waits for a marshal; nothing where nothing does. `how`: isBusy, act(path, body, done). */
export function judgeCallCard(view, how) {
  const calls = Object.entries(view.judge_calls ?? {});
  if (calls.length === 0) return nothing;
  return html`<section class="card card--alarm" role="alert" data-testid="judge-calls">
    <h2 class="card__title">${t("judge.title")}</h2>
    <p class="muted">${t("judge.lead")}</p>
    ${calls.map(([callId, call]) => row(view, callId, call, how))}
  </section>`;
}
