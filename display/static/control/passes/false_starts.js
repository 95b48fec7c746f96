// Passes between the first light and the go: by how much they were early, and a marshal's two answers.

import { html, nothing } from "lit";
import { bound, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { plate } from "/static/parts/plate.js";

/** What one tap adds to the run; another amount is given as a penalty of the run. */
const PENALTY_US = 5_000_000;
const PENALTY_S = PENALTY_US / 1_000_000;

/** A run's reaction time with how far off it may be, null where it has none. */
export const reactionText = (run) =>
  (run.reaction_us ?? null) === null
    ? null
    : t("start.reaction", {
        time:
          run.reaction_bound_us >= 1000
            ? `≈${lapTime(run.reaction_us)}`
            : lapTime(run.reaction_us),
      });

function outcome(falseStart) {
  if ((falseStart.ruling_id ?? null) === null) return null;
  return falseStart.penalty_us > 0
    ? t("start.was_penalised", { time: lapTime(falseStart.penalty_us) })
    : tCode("outcome", "dismissed");
}

function answers(heatId, run, falseStart, { isBusy, judge }) {
  const ask = (penaltyUs, reason, done) =>
    judge(
      `/heats/${heatId}/false-starts`,
      {
        entry_id: run.entry_id,
        pass_ref: falseStart.pass_ref,
        penalty_us: penaltyUs,
        reason,
      },
      done,
    );
  const seconds = { seconds: PENALTY_S };
  return html`<span class="row__actions">
    <button
      class="button button--main"
      ?disabled=${isBusy}
      @click=${() => ask(PENALTY_US, t("start.reason"), t("start.penalised", seconds))}
    >
      ${t("start.penalise", seconds)}
    </button>
    <button
      class="button"
      ?disabled=${isBusy}
      @click=${() => ask(0, t("start.reason_dismissed"), t("start.dismissed"))}
    >
      ${t("start.dismiss")}
    </button>
  </span>`;
}

/** A penalty whose pass is no false start any more: it stands until somebody takes it back. */
const reversal = (falseStart, { isBusy, judge }) =>
  html`<span class="row__actions">
    <button
      class="button button--main"
      ?disabled=${isBusy}
      @click=${() => judge(`/rulings/${falseStart.ruling_id}/reverse`, { reason: t("start.reason_unfounded") }, t("start.reversed"))}
    >
      ${t("start.reverse")}
    </button>
  </span>`;

/** What is still to be decided: whether it was one, or whether its penalty should stand. */
const isOpen = (falseStart) => falseStart.is_unfounded || (falseStart.ruling_id ?? null) === null;

/** One row for each candidate of a run; `how`: isBusy, judge(path, body, done). */
export const falseStartRows = (view, heatId, run, how) =>
  (run.false_starts ?? []).map((each) => {
    const entry = entryOf(view, run.entry_id);
    const ruled = outcome(each);
    const early = each.is_unfounded
      ? t("start.unfounded")
      : t("start.early", { time: lapTime(each.early_us) });
    const about = each.bound_us > 0 ? ` ${bound(each.bound_us, language())}` : "";
    return html`<div class="row" data-false-start=${each.pass_ref}>
      ${plate(entry)}
      <span class="row__main">
        <bdi>${entry.name}</bdi>
        <span class="muted digits">${early}${about}${ruled === null ? nothing : ` · ${ruled}`}</span>
      </span>
      ${ruled === null ? answers(heatId, run, each, how) : nothing}
      ${each.is_unfounded ? reversal(each, how) : nothing}
    </div>`;
  });

/** What waits for a marshal in the heat on show; nothing where nothing does. */
export function falseStartCard(view, how) {
  const { heat } = view;
  if (heat === null) return nothing;
  const open = Object.values(heat.runs)
    .map((run) => ({
      ...run,
      false_starts: (run.false_starts ?? []).filter(isOpen),
    }))
    .filter((run) => run.false_starts.length > 0);
  if (open.length === 0) return nothing;
  return html`<section class="card card--alarm" role="alert" data-testid="false-starts">
    <h2 class="card__title">${t("start.title")}</h2>
    <p class="muted">${t("start.lead")}</p>
    ${open.map((run) => falseStartRows(view, heat.heat_id, run, how))}
  </section>`;
}
