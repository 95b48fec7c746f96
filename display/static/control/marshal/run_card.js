// What a marshal rules about a run as a whole: incidents, missed passes, penalties, how it ended.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { falseStartRows, reactionText } from "/static/control/passes/false_starts.js";
import { instantForm, timeForm } from "/static/control/marshal/ruling_forms.js";
import { plate } from "/static/parts/plate.js";

const STATUSES = ["dnf", "dns", "dsq"];
/** How far this screen's idea of the race clock may run ahead of the server's. */
const CLOCK_SLACK_US = 50_000;

function runState(run) {
  const parts = [
    run.status === null ? null : tCode("outcome", run.status),
    run.penalty_us > 0 ? `+${lapTime(run.penalty_us)}` : null,
    run.off_tracks > 0 ? t("laps.off_track_short", { count: run.off_tracks }) : null,
    reactionText(run),
    run.resets > 0 ? t("marshal.resets_short", { count: run.resets }) : null,
    t("standings.laps", { count: run.laps.filter((lap) => lap.invalid === null).length }),
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

/** What the forms of one run need: whom they are about, and how they ask. */
function asking(view, feed, sheet, run, rule) {
  const { name } = entryOf(view, run.entry_id);
  const entryId = run.entry_id;
  const ask = (title, path, body = {}, extra = {}) =>
    rule({ title, about: name, path, body, ...extra });
  return {
    entryId,
    ofEvent: ask,
    ofHeat: (title, path, ...rest) => ask(title, `/heats/${sheet.heat_id}${path}`, ...rest),
    ofRun: (title, path, ...rest) =>
      ask(title, `/heats/${sheet.heat_id}/runs/${entryId}${path}`, ...rest),
    /** The instant of a time since the heat's start; null is the tap's own, not the word's. */
    at: (us) =>
      us === null ? Math.round(feed.raceNowUs()) - CLOCK_SLACK_US : sheet.started_us + us,
  };
}

/** What happened at an instant: an incident, or a pass that no sensor saw. */
function instants(sheet, { entryId, ofHeat, at }) {
  const isOver = sheet.ended_us !== null;
  const label = isOver ? t("marshal.at_time") : t("marshal.at_time_or_now");
  const incident = (text, path, field) => ({
    text,
    onTime: (us) =>
      ofHeat(text, path, { entry_id: entryId, [field]: at(us) }, { mayHaveReason: false }),
  });
  // A crossing that is seen now can't wait for a preview.
  const missed = {
    text: t("marshal.enter_pass"),
    onTime: (us) =>
      us === null
        ? ofHeat(t("marshal.enter_pass"), "/passes", { entry_id: entryId }, { isPrompt: true })
        : ofHeat(t("marshal.enter_pass"), "/passes", { entry_id: entryId, crossed_us: at(us) }),
  };
  return instantForm(label, isOver, [
    incident(t("control.off_track"), "/off-tracks", "left_us"),
    incident(t("ruling.ResetMarked"), "/resets", "reset_us"),
    missed,
  ]);
}

/** Time that is taken, credited, or given back while the run lasts. */
function amounts(sheet, { entryId, ofHeat, ofRun, at }) {
  const penalise = t("marshal.penalise_run");
  const credit = t("marshal.credit_lap");
  const extend = t("marshal.extend");
  const restart = t("marshal.restart_run");
  return html`${timeForm(t("marshal.penalty_s"), penalise, (us) =>
    ofHeat(penalise, "/penalties", { entry_id: entryId, penalty_us: us }),
  )}
  ${timeForm(t("marshal.lap_time"), credit, (us) =>
    ofHeat(credit, "/credits", { entry_id: entryId, duration_us: us }),
  )}
  ${
    sheet.ended_us !== null
      ? nothing
      : html`${timeForm(t("marshal.extra_s"), extend, (us) =>
            ofRun(extend, "/extend", { extra_us: us }),
          )}<button
            class="button"
            @click=${() => ofRun(restart, "/restart", { restarted_us: at(null) })}
          >
            ${restart}
          </button>`
  }`;
}

/** How the run ended, and the last resort. */
function endings(run, { entryId, ofRun, ofEvent }) {
  const disqualify = t("marshal.disqualify");
  return html`<div class="form__buttons" role="group" aria-label=${t("marshal.run_ended")}>
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
      @click=${() => ofEvent(disqualify, `/entries/${entryId}/disqualify`)}
    >
      ${disqualify}
    </button>`;
}

function runForms(view, feed, sheet, run, rule) {
  const how = asking(view, feed, sheet, run, rule);
  const judge = (path, body) =>
    rule({ title: t("start.title"), path, body, isPrompt: true });
  return html`<div class="ruling-actions">
    ${falseStartRows(view, sheet.heat_id, run, { isBusy: false, judge })} ${instants(sheet, how)} ${amounts(sheet, how)} ${endings(run, how)}
  </div>`;
}

function runItem(view, feed, sheet, run, rule) {
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
    ${runForms(view, feed, sheet, run, rule)}
  </details>`;
}

/** One fold for each run of the heat; the only one is open. */
export function runCard(view, feed, sheet, rule) {
  return html`<section class="card" data-testid="runs">
    <h2 class="card__title">${t("marshal.runs")}</h2>
    ${repeat(
      sheet.runs,
      (run) => `${sheet.heat_id} ${run.entry_id}`,
      (run) => runItem(view, feed, sheet, run, rule),
    )}
  </section>`;
}
