// The passes of the heat, newest first, each with its lap and with what a marshal may do about it.

import { html, nothing } from "lit";
import { lapTime, runningTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf, hasField, passRows, standingRuling } from "/static/view_model.js";
import { controlsText } from "/static/parts/laps/interventions.js";
import { penaltyNote } from "/static/parts/laps/notes.js";
import { markGlyph } from "/static/parts/plate.js";

function lapCell(lap) {
  if (lap === null) return nothing;
  return html`<span class="pass__lap ${lap.state === "void" ? "pass__lap--void" : ""}">
    ${t("laps.number", { number: lap.number })}
    <strong class="digits">${lapTime(lap.duration_us)}</strong> ${markGlyph(lap)}
    <span class="digits">${penaltyNote(lap.penalty_us)}</span>
  </span>`;
}

/** Whose pass it was, where several are on track; a lap that doesn't count says why. */
function whose(view, { entry_id: entryId, lap }) {
  const name = hasField(view.heat) && entryId ? entryOf(view, entryId).name : null;
  const fault = lap?.invalid ? tCode("lap_invalid", lap.invalid) : null;
  const done = controlsText(lap?.controls);
  return html`${name === null ? nothing : html` · <bdi>${name}</bdi>`}${fault === null ? nothing : html` · ${fault}`}${done === "" ? nothing : html` · ${done}`}`;
}

/** The undo stands where 'void' stood: a second tap takes the first back, and voids nothing else. */
function passItem(view, pass, { isBusy, onVoid, onReverse }) {
  const { lap } = pass;
  const ref = pass.pass_ref;
  const voided = standingRuling(view, "PassVoided", ref);
  const undoId = lap?.void_ruling_id ?? voided?.ruling_id ?? null;
  const canVoidLap = lap !== null && lap.state === "valid";
  return html`<li class="row row--pass" data-pass=${ref}>
    <span class="row__main">
      ${lapCell(lap)}
      <span class="muted digits"
        >${t("control.at", { time: runningTime(pass.crossed_us - view.heat.started_us) })} ·
        ${tCode("verdict", pass.verdict)}${whose(view, pass)}${pass.source === "manual" ? html` · ${t("control.by_hand")}` : nothing}</span
      >
    </span>
    <span class="row__actions">
      ${
        canVoidLap
          ? html`<button class="button" ?disabled=${isBusy} @click=${() => onVoid("laps", ref)}>
              ${t("control.void_lap")}
            </button>`
          : nothing
      }
      ${
        undoId === null
          ? nothing
          : html`<button class="button" ?disabled=${isBusy} @click=${() => onReverse(undoId)}>
              ${t("action.undo")}
            </button>`
      }
      ${
        pass.verdict === "counted"
          ? html`<button class="button" ?disabled=${isBusy} @click=${() => onVoid("passes", ref)}>
              ${t("control.void_pass")}
            </button>`
          : nothing
      }
    </span>
  </li>`;
}

/** `choice` selects the heat; `actions`: isBusy, onVoid("laps" | "passes", pass_ref), onReverse(ruling_id). */
export function passList(view, choice, actions) {
  const rows = passRows(view.heat);
  return html`<section class="card">
    <h2 class="card__title">${t("control.passes")}</h2>
    ${choice}
    ${rows.length === 0 ? html`<p class="muted">${t("control.no_passes")}</p>` : nothing}
    <ol class="rows">
      ${rows.map((pass) => passItem(view, pass, actions))}
    </ol>
  </section>`;
}
