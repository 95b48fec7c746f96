// What drivers submitted to virtual stages, who drives it, and what an organiser may do about it.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { DeskCard } from "/static/control/virtual/desk_card.js";
import { submit } from "/static/parts/act.js";
import "/static/parts/forms/copy_box.js";
import { gapsList } from "/static/parts/virtual/gaps.js";
import { stageWords } from "/static/parts/virtual/stage.js";
import { submissionRow } from "/static/parts/virtual/submission.js";

const LOOK_MS = 2000;
const UNDECIDED = ["waiting", "running"];
/** Older ones are in the results. */
const MOST_SHOWN = 40;

class VirtualQueueCard extends DeskCard {
  static properties = { eventId: { attribute: false } };

  constructor() {
    super(LOOK_MS);
    this.eventId = null;
  }

  willUpdate() {
    this.follow(this.eventId);
  }

  async #ask(submission, verb, done) {
    await submit(this, `/events/${this.eventId}/submissions/${submission.submission_id}/${verb}`, {}, done);
    await this.look();
  }

  #row(submission) {
    const back = () => this.#ask(submission, "withdraw", t("virtual.taken_back"));
    const again = () => this.#ask(submission, "retry", t("virtual.tried_again"));
    const { stages } = this.desk;
    const stage = stages.find((each) => each.stage_id === submission.stage_id);
    const told = stage?.race_kind === "head_to_head" ? t("show.called_duel") : t("show.called");
    const play = () => this.#ask(submission, "play", told);
    const buttons = {
      waiting: html`${submission.waits_for ? nothing : html`<button class="button" @click=${play}>${t("show.play")}</button>`}
        <button class="button" @click=${back}>${t("virtual.take_back")}</button>`,
      running: html`<button class="button" @click=${back}>${t("virtual.take_back")}</button>`,
      refused: html`<button class="button" @click=${again}>${t("virtual.try_again")}</button>`,
      withdrawn: html`<button class="button" @click=${again}>${t("virtual.try_again")}</button>`,
    };
    // What is shown is stopped where heats are.
    const actions = submission.is_shown ? nothing : (buttons[submission.status] ?? nothing);
    return submissionRow(submission, actions, { stage, isNamed: true, isPlaced: stages.length > 1 });
  }

  #workers({ workers, waiting }) {
    if (workers.length > 0) {
      const names = workers.map(({ worker_id: name }) => name).join(", ");
      return html`<p class="muted">${t("virtual.workers", { names })}</p>`;
    }
    const order = `paddock worker --server ${location.origin} --name lab-1 --pair`;
    return html`<p class=${waiting > 0 ? "is-wrong" : "muted"}>${t("virtual.no_workers")}</p>
      <copy-box .text=${order} .label=${t("virtual.worker_order")}></copy-box>`;
  }

  /** What is to be driven first, in its order; then what was, the newest first. */
  #ordered(submissions) {
    const isOpen = ({ status }) => UNDECIDED.includes(status);
    const open = submissions.filter(isOpen).toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0));
    const over = submissions.filter((each) => !isOpen(each)).toReversed();
    return [...open, ...over].slice(0, MOST_SHOWN);
  }

  render() {
    const { desk } = this;
    if (desk === null || desk.stages.length === 0) return nothing;
    return html`<section class="card" data-testid="virtual-queue">
      <h2 class="card__title">${t("virtual.title")}</h2>
      ${desk.stages.map(
        (stage) =>
          html`<div class="virtual">
            <h3 class="subhead"><bdi>${stage.title}</bdi></h3>
            ${stageWords(stage)}
          </div>`,
      )}
      <p>${t("virtual.counts", { waiting: desk.waiting, running: desk.running })}</p>
      ${this.#workers(desk)}
      <ol class="rows">
        ${this.#ordered(desk.submissions).map((each) => this.#row(each))}
      </ol>
      ${gapsList(desk.gaps, true)}
    </section>`;
  }
}

customElements.define("virtual-queue-card", VirtualQueueCard);
