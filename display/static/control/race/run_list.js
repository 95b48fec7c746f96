// The runs of a heat, each with its place and its own buttons: pass, off-track, timeout, in or out.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { reactionText } from "/static/control/passes/false_starts.js";
import { hasField, isUnderWay, runRows } from "/static/view_model.js";
import { gapToLeader } from "/static/parts/standings/worth.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";

function figures(heat, run) {
  // Models that are simulated stand with their noses on the line: there is nothing to react to.
  const reaction = heat.is_virtual ? null : reactionText(run);
  const timeouts = t("race.timeouts", { taken: run.timeouts, most: heat.timeouts_max });
  if (!hasField(heat)) return reaction === null ? timeouts : `${timeouts} · ${reaction}`;
  const parts = [t("standings.laps", { count: run.laps })];
  if (run.best_us !== null) parts.push(lapTime(run.best_us));
  if (run.place > 1) parts.push(gapToLeader(run));
  if (reaction !== null) parts.push(reaction);
  if (run.lane !== null) parts.push(t("race.lane", { lane: run.lane }));
  if (heat.timeouts_max > 0) parts.push(timeouts);
  if (run.status !== null) parts.push(tCode("run_status", run.status));
  else if (run.is_over) parts.push(t("race.run_over"));
  return parts.join(" · ");
}

/** A timeout stops everybody's clock, and is counted for one run. */
export function timeoutButton(heat, run, { isBusy, act }) {
  if (heat.timeouts_max === 0 || !isUnderWay(heat)) return nothing;
  const isOff = isBusy || heat.phase !== "running" || run.timeouts >= heat.timeouts_max;
  const body = { cause: "timeout", entry_id: run.entry_id };
  return html`<button
    class="button"
    ?disabled=${isOff}
    @click=${() => act(`/heats/${heat.heat_id}/pause`, body, t("race.timeout_done"))}
  >
    ${t("race.timeout")}
  </button>`;
}

function trackButtons(heat, run, { isBusy, act, manualPass }) {
  const isRunning = heat.phase === "running";
  const path = `/heats/${heat.heat_id}`;
  const { entry_id: entryId, entry } = run;
  if (heat.is_virtual || (heat.is_practice && !run.is_on_track)) return nothing;
  return html`<button
      class="button"
      ?disabled=${!isRunning}
      @click=${() => manualPass(entryId)}
    >
      ${t("race.pass")}
    </button>
    <button
      class="button"
      ?disabled=${isBusy || !isRunning}
      @click=${() => act(`${path}/off-tracks`, { entry_id: entryId }, t("control.off_track_done"))}
    >
      ${t("race.off_track_short")}
    </button>
    ${
      heat.is_practice && isUnderWay(heat)
        ? html`<button
            class="button"
            ?disabled=${isBusy}
            @click=${() =>
              act(
                `${path}/bring-in`,
                { entry_id: entryId },
                t("race.bring_in_done", { name: entry.name }),
              )}
          >
            ${t("race.bring_in")}
          </button>`
        : nothing
    }`;
}

/** Nothing where one entry has the heat to itself and no timeouts: the large buttons are its own. */
export function runList(view, actions) {
  const { heat } = view;
  const rows = runRows(view);
  if (heat === null || rows.length === 0) return nothing;
  const isField = hasField(heat);
  if (!isField && (heat.timeouts_max === 0 || !isUnderWay(heat))) return nothing;
  return html`<ol class="rows" aria-label=${t("race.runs")}>
    ${rows.map(
      (run) =>
        html`<li class="row row--run ${run.is_on_track ? "" : "row--away"}" data-run=${run.entry_id}>
          ${isField && !heat.is_practice ? html`<span class="run__place digits">${run.place ?? ""}</span>` : nothing}
          ${plate(run.entry)}
          <span class="row__main">
            <bdi>${run.entry.name}</bdi> ${timedOnlyMark(run.entry.is_timed_only)}
            <span class="muted digits">${figures(heat, run)}</span>
          </span>
          <span class="row__actions">
            ${isField ? trackButtons(heat, run, actions) : nothing}
            ${timeoutButton(heat, run, actions)}
          </span>
        </li>`,
    )}
  </ol>`;
}
