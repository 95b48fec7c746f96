// What a marshal rules about a run as a whole: incidents, missed passes, penalties, how it ended.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { timeField, typed } from "/static/control/marshal/sheet_card.js";
import { plate } from "/static/parts/plate.js";

const STATUSES = ["dnf", "dns", "dsq"];

/** A form with one time; left empty it means now, where the heat still runs. */
function instantForm(label, isOver, buttons) {
  const submit = (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get("time").trim();
    const us = text === "" ? null : typed(event, "time");
    if (text !== "" && us === null) return;
    buttons[Number(event.submitter?.value ?? 0)].onTime(us);
  };
  return html`<form class="form--line form--wide" @submit=${submit}>
    ${timeField(label, "time", { isRequired: isOver })}
    ${buttons.map(
      ({ text }, at) => html`<button class="button" value=${at}>${text}</button>`,
    )}
  </form>`;
}

function amountForm(label, text, onTime) {
  const submit = (event) => {
    event.preventDefault();
    const us = typed(event, "time");
    if (us !== null) onTime(us);
  };
  return html`<form class="form--line" @submit=${submit}>
    ${timeField(label, "time")}<button class="button">${text}</button>
  </form>`;
}

function runState(run) {
  const parts = [
    run.status === null ? null : tCode("outcome", run.status),
    run.penalty_us > 0 ? `+${lapTime(run.penalty_us)}` : null,
    run.off_tracks > 0 ? t("laps.off_track_short", { count: run.off_tracks }) : null,
    run.resets > 0 ? t("marshal.resets_short", { count: run.resets }) : null,
    t("standings.laps", { count: run.laps.filter((lap) => lap.invalid === null).length }),
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

/** The forms for one run. Times that are typed count from the heat's start. */
function runForms(view, sheet, run, rule) {
  const entry = entryOf(view, run.entry_id);
  const isOver = sheet.ended_us !== null;
  const ofHeat = (title, path, body = {}, extra = {}) =>
    rule({ title, about: entry.name, path: `/heats/${sheet.heat_id}${path}`, body, ...extra });
  const ofRun = (title, path, body = {}) => ofHeat(title, `/runs/${run.entry_id}${path}`, body);
  const at = (us) => (us === null ? null : sheet.started_us + us);
  const incident = (text, path, field) => ({
    text,
    onTime: (us) =>
      ofHeat(text, path, { entry_id: run.entry_id, [field]: at(us) }, { mayHaveReason: false }),
  });
  const missed = (us) =>
    ofHeat(t("marshal.enter_pass"), "/passes", { entry_id: run.entry_id, crossed_us: at(us) });
  return html`<div class="ruling-actions">
    ${instantForm(isOver ? t("marshal.at_time") : t("marshal.at_time_or_now"), isOver, [
      incident(t("control.off_track"), "/off-tracks", "left_us"),
      incident(t("ruling.ResetMarked"), "/resets", "reset_us"),
      { text: t("marshal.enter_pass"), onTime: missed },
    ])}
    ${amountForm(t("marshal.penalty_s"), t("marshal.penalise_run"), (us) =>
      ofHeat(t("marshal.penalise_run"), "/penalties", { entry_id: run.entry_id, penalty_us: us }),
    )}
    ${amountForm(t("marshal.lap_time"), t("marshal.credit_lap"), (us) =>
      ofHeat(t("marshal.credit_lap"), "/credits", { entry_id: run.entry_id, duration_us: us }),
    )}
    ${
      isOver
        ? nothing
        : html`${amountForm(t("marshal.extra_s"), t("marshal.extend"), (us) =>
              ofRun(t("marshal.extend"), "/extend", { extra_us: us }),
            )}<button class="button" @click=${() => ofRun(t("marshal.restart_run"), "/restart")}>
              ${t("marshal.restart_run")}
            </button>`
    }
    <div class="form__buttons" role="group" aria-label=${t("marshal.run_ended")}>
      ${STATUSES.map(
        (status) =>
          html`<button
            class="button"
            ?disabled=${run.status === status}
            title=${tCode("outcome", status)}
            @click=${() => ofRun(tCode("outcome", status), "/status", { status })}
          >
            ${status.toUpperCase()}
          </button>`,
      )}
    </div>
    <button
      class="button button--danger ruling-actions__whole"
      @click=${() =>
        rule({
          title: t("marshal.disqualify"),
          about: entry.name,
          path: `/entries/${run.entry_id}/disqualify`,
        })}
    >
      ${t("marshal.disqualify")}
    </button>
  </div>`;
}

function runItem(view, sheet, run, rule) {
  const entry = entryOf(view, run.entry_id);
  return html`<details
    class="details"
    ?open=${sheet.runs.length === 1}
    data-run=${run.entry_id}
  >
    <summary>
      ${plate(entry)}
      <span class="row__main"
        ><bdi>${entry.name}</bdi> <span class="muted digits">${runState(run)}</span></span
      >
    </summary>
    ${runForms(view, sheet, run, rule)}
  </details>`;
}

/** One fold for each run of the heat; the only one is open. */
export function runCard(view, sheet, rule) {
  return html`<section class="card" data-testid="runs">
    <h2 class="card__title">${t("marshal.runs")}</h2>
    ${repeat(
      sheet.runs,
      (run) => `${sheet.heat_id} ${run.entry_id}`,
      (run) => runItem(view, sheet, run, rule),
    )}
  </section>`;
}
