// The buttons that fill the lower half of a phone, and the presses that were made with them.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { inkOn, runningTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { runRows } from "/static/view_model.js";

/** Who can cross the line now. */
export function crossers(view) {
  const { heat } = view;
  return runRows(view).filter(
    (run) =>
      run.status === null && !run.is_over && (!heat.is_practice || run.is_on_track),
  );
}

/** The touch itself is the instant; a click without one is a keyboard's or a screen reader's. */
function passButton(run, isOnly, { isOff, onPress }) {
  const { entry } = run;
  const lane = run.lane === null ? nothing : html`<small>${t("race.lane", { lane: run.lane })}</small>`;
  return html`<button
    class="pad__button"
    ?disabled=${isOff}
    .style=${`--plate:${entry.colour};--plate-ink:${inkOn(entry.colour)}`}
    @pointerdown=${(event) => event.button === 0 && onPress(run)}
    @click=${(event) => event.detail === 0 && onPress(run)}
    @contextmenu=${(event) => event.preventDefault()}
  >
    <span class="pad__word">${isOnly ? t("race.pass") : html`<bdi>${entry.number}</bdi>`}</span>
    <span class="pad__name"><bdi>${entry.name}</bdi></span>
    ${lane}
  </button>`;
}

export function pad(runs, actions) {
  if (runs.length === 0) return html`<p class="pad pad--empty">${t("line.nobody")}</p>`;
  return html`<div class="pad pad--${Math.min(runs.length, 5)}" role="group" aria-label=${t("line.title")}>
    ${repeat(
      runs,
      (run) => run.entry_id,
      (run) => passButton(run, runs.length === 1, actions),
    )}
  </div>`;
}

function stateOf(press) {
  if (press.isUnwanted) return t("line.going_back");
  return press.problem ?? t(`line.${press.state}`);
}

/** The last presses, each with its instant since the heat's start and a way back. */
export const pressList = (presses, onUndo) =>
  html`<ol class="presses" data-testid="presses">
    ${repeat(
      presses,
      (press) => press.key,
      (press) =>
        html`<li class="press press--${press.state}">
          <strong class="digits">${runningTime(press.sinceUs)}</strong>
          <span class="press__name"><bdi>${press.name}</bdi></span>
          <span class="press__state"
            ><span aria-hidden="true">${press.state === "sent" ? "✓" : press.state === "kept" ? "…" : "✕"}</span>
            ${stateOf(press)}</span
          >
          ${
            ["kept", "sent"].includes(press.state)
              ? html`<button
                  class="button"
                  ?disabled=${Boolean(press.isUnwanted)}
                  @click=${() => onUndo(press)}
                >
                  ${t("action.undo")}
                </button>`
              : nothing
          }
        </li>`,
    )}
  </ol>`;
