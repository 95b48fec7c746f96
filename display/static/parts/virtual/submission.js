// A model that waits to be driven on a virtual track, is driven, or was: as a row of a list.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { titleInStage } from "/static/parts/standings/match.js";

const CHIPS = { waiting: "", running: "chip--running", refused: "chip--abandoned" };

/** What a worker's trouble came to, in the reader's language; a model's own is told as it came. */
function why({ code, sentence }) {
  if (code === null) return nothing;
  const told = code === "model" ? (sentence ?? "") : tCode("virtual_refused", code, {}, sentence ?? "");
  return html`<span class="is-wrong">${told}</span>`;
}

function queued({ place: at, waits_for: missing }) {
  if (missing !== null) return tCode("virtual_waits_for", missing);
  return at === 1 ? t("virtual.next") : t("virtual.place", { place: at ?? "" });
}

function place(submission) {
  const { attempts } = submission;
  return html`<span class="muted"
    >${queued(submission)}
    ${attempts > 0 ? t("virtual.again", { count: attempts }) : nothing}</span
  >`;
}

function progress({ laps_done: done, laps, worker }) {
  const words = t("virtual.laps_done", { done: done ?? 0, laps });
  return html`<span class="virtual__progress">
    <progress max=${Math.max(1, laps)} value=${done ?? 0} aria-label=${words}></progress>
    <span class="muted">${words}${worker === null ? nothing : ` · ${worker}`}</span>
  </span>`;
}

function driven({ best_us: best, total_us: total, laps_completed: completed, laps_tried: tried, resets }) {
  const laps = t("virtual.laps_of", { completed: completed ?? 0, tried: tried ?? 0 });
  const parts = [
    laps,
    ...(resets > 0 ? [t("virtual.resets", { count: resets })] : []),
    ...(total === null ? [] : [t("virtual.total", { time: lapTime(total) })]),
  ];
  return html`<span class="virtual__best">${best === null ? t("virtual.no_lap") : lapTime(best)}</span>
    <span class="muted">${parts.join(" · ")}</span>`;
}

function met({ rival, rival_number: number, has_rival_driven: hasDriven, outcome }) {
  const other = `${number} ${rival}`;
  if (rival === null) return t("virtual_duel.alone");
  if (!hasDriven && outcome === "won") return t("virtual_duel.broke_off", { rival: other });
  return t("virtual_duel.against", { rival: other });
}

/** Whom a model met, and how it went: the newest race first. */
function duelList(duels, stage) {
  if (duels.length === 0) return nothing;
  const titleOf = (name) => titleInStage(name, stage?.format_name, stage?.field_n);
  return html`<ul class="virtual__duels" data-testid="duels">
    ${duels.toReversed().map(
      (duel) =>
        html`<li>
          <span class="chip ${duel.outcome === "won" ? "chip--running" : ""}"
            >${tCode("virtual_outcome", duel.outcome)}</span
          >
          <bdi>${met(duel)}</bdi>
          ${duel.match_name === null ? nothing : html`<span class="muted">${titleOf(duel.match_name)}</span>`}
        </li>`,
    )}
  </ul>`;
}

const DETAILS = { waiting: place, running: progress, driven, refused: why, withdrawn: () => nothing };

/**
 * `actions` are the row's buttons, `stage` is what it was submitted to; `isNamed` shows whose it is,
 * `isPlaced` the stage's title, `note` is what else to say of it.
 */
export function submissionRow(submission, actions, { stage = null, isNamed = false, isPlaced = false, note = nothing } = {}) {
  const { status, name, number, model, model_sha256: sha256 } = submission;
  const called = model ?? sha256.slice(0, 12);
  return html`<li class="row row--model" data-submission=${submission.submission_id}>
    <span class="row__main"
      >${isNamed ? html`<strong><bdi>${number} ${name}</bdi></strong>` : nothing}
      <span><bdi>${called}</bdi>${isPlaced && stage ? html` <span class="muted">· <bdi>${stage.title}</bdi></span>` : nothing}</span>
      <span class="chip ${CHIPS[status] ?? ""}">${submission.is_shown ? t("show.shown") : tCode("virtual_status", status)}</span>
      ${DETAILS[status](submission)} ${duelList(submission.duels, stage)} ${note}</span
    >
    <span class="row__actions">${actions}</span>
  </li>`;
}
