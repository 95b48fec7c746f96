// A heat to be corrected: its passes, newest first, each with its lap and the rulings on offer.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { bound, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { typedUs } from "/static/control/marshal/typed_time.js";
import { notify } from "/static/parts/act.js";
import { plate } from "/static/parts/plate.js";

const newestFirst = (left, right) => right.crossed_us - left.crossed_us;

/** The laps of all runs by the pass that closed them, each with its entry. */
const lapsByPass = (sheet) =>
  new Map(
    sheet.runs.flatMap((run) =>
      run.laps.map((lap) => [lap.pass_ref, { ...lap, entry_id: run.entry_id }]),
    ),
  );

function lapText(lap) {
  const extras = [
    lap.penalty_us > 0 ? `+${lapTime(lap.penalty_us)}` : null,
    lap.off_tracks > 0 ? t("laps.off_track_short", { count: lap.off_tracks }) : null,
    lap.resets > 0 ? t("marshal.resets_short", { count: lap.resets }) : null,
    lap.invalid === null ? null : tCode("fault", lap.invalid),
    lap.is_suspect ? t("marshal.suspect") : null,
    lap.is_credited ? t("marshal.credited") : null,
  ].filter((part) => part !== null);
  return html`<span class="pass__lap ${lap.invalid === null ? "" : "pass__lap--void"}">
    ${t("laps.number", { number: lap.number })}
    <strong class="digits">${lapTime(lap.duration_us)}</strong>
    ${lap.bound_us > 0 ? html`<span class="digits">${bound(lap.bound_us, language())}</span>` : nothing}
    ${extras.length === 0 ? nothing : html`<span class="digits">${extras.join(" · ")}</span>`}
  </span>`;
}

/** `typed` reads a time from a form's field, or says that it can't. */
export function typed(event, name) {
  const us = typedUs(new FormData(event.target).get(name));
  if (us === null) notify(event.target, t("marshal.no_time"), true);
  return us;
}

export const timeField = (label, name, { isRequired = true } = {}) =>
  html`<label class="field">
    <span>${label}</span>
    <input
      name=${name}
      class="digits"
      inputmode="decimal"
      maxlength="12"
      placeholder="0.000"
      autocomplete="off"
      ?required=${isRequired}
    />
  </label>`;

const timeForm = (label, button, onTime) =>
  html`<form
    class="form--line"
    @submit=${(event) => {
      event.preventDefault();
      const us = typed(event, "time");
      if (us !== null) onTime(us);
    }}
  >
    ${timeField(label, "time")}<button class="button">${button}</button>
  </form>`;

/** What a marshal may do about one pass and the lap that it closed. */
function passActions(view, sheet, pass, lap, { others, rule }) {
  const ref = encodeURIComponent(pass.pass_ref);
  const about = [
    pass.entry_id === null ? null : entryOf(view, pass.entry_id).name,
    lap === undefined ? null : `${t("laps.number", { number: lap.number })} ${lapTime(lap.duration_us)}`,
  ]
    .filter((part) => part !== null)
    .join(" · ");
  const ask = (title, path, body = {}) => rule({ title, about, path, body });
  const button = (is, text, path) =>
    is
      ? html`<button class="button" @click=${() => ask(text, path)}>${text}</button>`
      : nothing;
  const elsewhere = others.filter(([value]) => value !== `${sheet.heat_id} ${pass.entry_id}`);
  const canLap = (offer) => lap?.offers.includes(offer) ?? false;
  return html`<div class="ruling-actions">
    ${button(canLap("void"), t("control.void_lap"), `/laps/${ref}/void`)}
    ${button(canLap("restore"), t("marshal.restore_lap"), `/laps/${ref}/restore`)}
    ${button(pass.offers.includes("void"), t("control.void_pass"), `/passes/${ref}/void`)}
    ${button(pass.offers.includes("restore"), t("marshal.restore_pass"), `/passes/${ref}/restore`)}
    ${
      canLap("penalise")
        ? timeForm(t("marshal.penalty_s"), t("marshal.penalise_lap"), (us) =>
            rule({
              title: t("marshal.penalise_lap"),
              about,
              path: `/heats/${sheet.heat_id}/penalties`,
              body: { entry_id: lap.entry_id, penalty_us: us, pass_ref: pass.pass_ref },
            }),
          )
        : nothing
    }
    ${
      canLap("split")
        ? timeForm(t("marshal.first_part"), t("marshal.split_lap"), (us) =>
            ask(t("marshal.split_lap"), `/laps/${ref}/split`, { first_us: us }),
          )
        : nothing
    }
    ${whoseForm(elsewhere, (whose) => ask(t("marshal.reassign"), `/passes/${ref}/reassign`, whose))}
  </div>`;
}

/** A choice of a run of any heat; `others` are [value, text] pairs, the value "heat entry". */
export function whoseForm(others, onChoice) {
  if (others.length === 0) return nothing;
  const choose = (event) => {
    event.preventDefault();
    const [heatId, entryId] = new FormData(event.target).get("whose").split(" ");
    onChoice({ heat_id: heatId, entry_id: entryId });
  };
  return html`<form class="form--line form--wide" @submit=${choose}>
    <label class="field">
      <span>${t("marshal.whose")}</span>
      <select name="whose">
        ${others.map(([value, text]) => html`<option value=${value}>${text}</option>`)}
      </select>
    </label>
    <button class="button">${t("marshal.reassign")}</button>
  </form>`;
}

function passItem(view, sheet, pass, lap, actions) {
  const elapsed = lapTime(pass.crossed_us - (sheet.started_us ?? 0));
  const isShared = sheet.runs.length > 1;
  return html`<li data-pass=${pass.pass_ref}>
    <details class="details">
      <summary>
        <span class="row__main">
          ${lap === undefined ? nothing : lapText(lap)}
          <span class="muted digits"
            >${t("control.at", { time: elapsed })} ·
            ${tCode("verdict", pass.verdict)}${pass.source === "manual" ? html` · ${t("control.by_hand")}` : nothing}${pass.role === "finish" ? nothing : html` · ${pass.role}`}</span
          >
        </span>
        ${isShared && pass.entry_id !== null ? plate(entryOf(view, pass.entry_id)) : nothing}
      </summary>
      ${passActions(view, sheet, pass, lap, actions)}
    </details>
  </li>`;
}

/** `actions`: rule(asked), others: the runs to which a pass can be given. */
export function sheetCard(view, sheet, choice, actions) {
  const laps = lapsByPass(sheet);
  const passes = sheet.passes.toSorted(newestFirst);
  const closed = new Set(passes.map((pass) => pass.pass_ref));
  const credited = [...laps.values()].filter((lap) => !closed.has(lap.pass_ref));
  return html`<section class="card" data-testid="sheet">
    <h2 class="card__title">${t("control.passes")}</h2>
    ${choice}
    ${passes.length === 0 ? html`<p class="muted">${t("control.no_passes")}</p>` : nothing}
    <ol class="rows">
      ${credited.map(
        (lap) =>
          html`<li class="row">
            <span class="row__main">${lapText(lap)}</span>
            ${sheet.runs.length > 1 ? plate(entryOf(view, lap.entry_id)) : nothing}
          </li>`,
      )}
      ${repeat(
        passes,
        // A pass that comes must not move an open form to another pass.
        (pass) => pass.pass_ref,
        (pass) => passItem(view, sheet, pass, laps.get(pass.pass_ref), actions),
      )}
    </ol>
  </section>`;
}
