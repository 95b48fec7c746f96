// The tray: passes of the heat under way that are nobody's yet, each with those it may be of.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { cameraWord } from "/static/control/marshal/camera_word.js";
import { passEvidence } from "/static/control/marshal/pass_evidence.js";
import { plate } from "/static/parts/plate.js";

const UNASSIGNED = ["unknown_entry", "other_lane", "double_identity"];
const UNDER_WAY = ["running", "paused"];

/** How many passes of the heat under way are nobody's yet. */
export function waitingPasses(view) {
  const heat = view?.heat ?? null;
  if (heat === null || !UNDER_WAY.includes(heat.phase)) return 0;
  return Object.values(heat.passes).filter((pass) => UNASSIGNED.includes(pass.verdict)).length;
}

function trayItem(view, row, rule) {
  const ref = encodeURIComponent(row.pass_ref);
  const about = t("control.at", { time: lapTime(row.elapsed_us) });
  const give = (entryId) =>
    rule({
      title: t("marshal.reassign"),
      about: `${about} · ${entryOf(view, entryId).name}`,
      path: `/passes/${ref}/reassign`,
      body: { heat_id: row.heat_id, entry_id: entryId },
      isPrompt: true,
    });
  return html`<li class="tray__row" data-pass=${row.pass_ref}>
    <p class="digits">
      ${about} · ${tCode("verdict", row.verdict)}
      ${row.lane === null ? nothing : t("marshal.lane", { lane: row.lane })}
    </p>
    ${cameraWord(view, row)}
    <div class="tray__choices">
      ${row.entry_ids.map((entryId) => {
        const entry = entryOf(view, entryId);
        return html`<button class="button tray__entry" @click=${() => give(entryId)}>
          ${plate(entry)}<bdi>${entry.name}</bdi>
        </button>`;
      })}
      <button
        class="button"
        @click=${() =>
          rule({ title: t("control.void_pass"), about, path: `/passes/${ref}/void`, isPrompt: true })}
      >
        ${t("marshal.nobody")}
      </button>
    </div>
    ${passEvidence(view, row)}
  </li>`;
}

/** Nothing where nothing waits: the card is only in the way then. */
export function trayCard(view, rows, rule) {
  if (rows.length === 0) return nothing;
  return html`<section class="card card--tray" data-testid="tray">
    <h2 class="card__title">${t("marshal.tray")}</h2>
    <p class="muted">${t("marshal.tray_explain")}</p>
    <ol class="rows">
      ${repeat(
        rows,
        (row) => row.pass_ref,
        (row) => trayItem(view, row, rule),
      )}
    </ol>
  </section>`;
}
