// <model-submitting>: lets a model of one's own into virtual races, and shows how it fares there.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { MyRaces, isUndecided, leftWords, maySubmit } from "/static/parts/virtual/my_races.js";
import { submissionRow } from "/static/parts/virtual/submission.js";

/** `model` is as the server lists it. */
class ModelSubmitting extends PageElement {
  static properties = { model: { attribute: false } };

  #mine = new MyRaces(this);

  #row(race, stage, submission) {
    const back = () => this.#mine.takeBack(race, submission);
    return submissionRow(
      submission,
      isUndecided(submission) && !submission.is_shown ? html`<button class="button" @click=${back}>${t("virtual.take_back")}</button>` : nothing,
      { stage },
    );
  }

  #stage(race, stage) {
    const own = race.desk.submissions.filter(
      (each) => each.stage_id === stage.stage_id && each.model_sha256 === this.model.sha256,
    );
    const isOpen = stage.phase === "open" && race.entry_id !== null;
    if (!isOpen && own.length === 0) return nothing;
    const left = isOpen ? leftWords(race, stage) : "";
    const enter = () => this.#mine.submit(race, stage, this.model.sha256);
    return html`<div class="virtual" data-stage=${stage.stage_id}>
      ${
        isOpen
          ? html`<button class="button button--main" ?disabled=${!maySubmit(race, stage)} @click=${enter}>
              ${t("virtual.submit_to", { stage: stage.title, event: race.event_name })}
            </button>`
          : html`<h3 class="subhead"><bdi>${stage.title}</bdi> <span class="muted"><bdi>${race.event_name}</bdi></span></h3>`
      }
      ${left === "" ? nothing : html`<p class="muted">${left}</p>`}
      <ol class="rows">
        ${own.toReversed().map((each) => this.#row(race, stage, each))}
      </ol>
    </div>`;
  }

  render() {
    const stages = (this.#mine.races ?? []).flatMap((race) => race.desk.stages.map((stage) => this.#stage(race, stage)));
    if (stages.every((each) => each === nothing)) return nothing;
    return html`<section class="card" data-testid="submitting">
      <h2 class="card__title">${t("virtual.title")}</h2>
      ${stages}
      <a class="button" href="/virtual">${t("virtual.all_races")}</a>
    </section>`;
  }
}

customElements.define("model-submitting", ModelSubmitting);
