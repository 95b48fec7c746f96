// A heat to be corrected: its passes, newest first, each with its lap and the rulings on offer.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { bound, lapTime } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { sectorsText, speedText } from "/static/parts/laps/measures.js";
import { entryOf } from "/static/view_model.js";
import { cameraWord } from "/static/control/marshal/camera_word.js";
import { passEvidence } from "/static/control/marshal/pass_evidence.js";
import { timeForm, whoseForm } from "/static/control/marshal/ruling_forms.js";
import { controlsText } from "/static/parts/laps/interventions.js";
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
    lap.sectors.length === 0 ? null : sectorsText(lap.sectors),
    lap.top_speed === null ? null : speedText(lap.top_speed),
    controlsText(lap.controls) || null,
  ].filter((part) => part !== null);
  return html`<span class="pass__lap ${lap.invalid === null ? "" : "pass__lap--void"}">
    ${t("laps.number", { number: lap.number })}
    <strong class="digits">${lapTime(lap.duration_us)}</strong>
    ${lap.bound_us > 0 ? html`<span class="digits">${bound(lap.bound_us, language())}</span>` : nothing}
    ${extras.length === 0 ? nothing : html`<span class="digits">${extras.join(" · ")}</span>`}
  </span>`;
}

/** In words: whose pass it is, and the lap that it closed. */
function aboutPass(view, pass, lap) {
  const whose = pass.entry_id === null ? [] : [entryOf(view, pass.entry_id).name];
  if (lap === undefined) return whose.join("");
  return [...whose, `${t("laps.number", { number: lap.number })} ${lapTime(lap.duration_us)}`].join(
    " · ",
  );
}

/** What a marshal may do about the lap that the pass closed, beyond striking it. */
function lapForms(sheet, pass, lap, about, rule) {
  const penalise = t("marshal.penalise_lap");
  const split = t("marshal.split_lap");
  const ref = encodeURIComponent(pass.pass_ref);
  const penalty = (us) =>
    rule({
      title: penalise,
      about,
      path: `/heats/${sheet.heat_id}/penalties`,
      body: { entry_id: lap.entry_id, penalty_us: us, pass_ref: pass.pass_ref },
    });
  const parts = (us) =>
    rule({ title: split, about, path: `/laps/${ref}/split`, body: { first_us: us } });
  return html`${
    lap.offers.includes("penalise") ? timeForm(t("marshal.penalty_s"), penalise, penalty) : nothing
  }${lap.offers.includes("split") ? timeForm(t("marshal.first_part"), split, parts) : nothing}`;
}

/** What a marshal may do about one pass and the lap that it closed. */
function passActions(view, sheet, pass, lap, { others, rule }) {
  const ref = encodeURIComponent(pass.pass_ref);
  const about = aboutPass(view, pass, lap);
  const elsewhere = others.filter(([value]) => value !== `${sheet.heat_id} ${pass.entry_id}`);
  const button = (offers, offer, title, path) =>
    offers.includes(offer)
      ? html`<button class="button" @click=${() => rule({ title, about, path })}>${title}</button>`
      : nothing;
  const laps = lap?.offers ?? [];
  return html`<div class="ruling-actions">
    ${button(laps, "void", t("control.void_lap"), `/laps/${ref}/void`)}
    ${button(laps, "restore", t("marshal.restore_lap"), `/laps/${ref}/restore`)}
    ${button(pass.offers, "void", t("control.void_pass"), `/passes/${ref}/void`)}
    ${button(pass.offers, "restore", t("marshal.restore_pass"), `/passes/${ref}/restore`)}
    ${lap === undefined ? nothing : lapForms(sheet, pass, lap, about, rule)}
    ${whoseForm(elsewhere, (body) =>
      rule({ title: t("marshal.reassign"), about, path: `/passes/${ref}/reassign`, body }),
    )}
  </div>`;
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
      ${cameraWord(view, pass)} ${passEvidence(view, pass)}
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
