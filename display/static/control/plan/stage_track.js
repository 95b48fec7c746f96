// Says what a stage's real cars race on: at any time, and what was told once it has begun with a reason.

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, formValues, textField } from "/static/parts/forms/form.js";

/** What the list calls that nobody can say any more; no track has such an id. */
const NOT_TOLD = "-";

class StageTrack extends PageElement {
  static properties = {
    stage: { attribute: false },
    tracks: { attribute: false },
    /** Takes the body to send. */
    onSend: { attribute: false },
    chosen: { state: true },
  };

  constructor() {
    super();
    this.tracks = [];
    this.chosen = "";
  }

  get #isCorrection() {
    return this.stage.has_run && this.stage.track !== null;
  }

  async #send(event) {
    const { track_id: id, reason } = formValues(event);
    const body = { track_id: id === NOT_TOLD ? null : id, ...(this.#isCorrection ? { reason } : {}) };
    if ((await this.onSend(body)) !== null) this.chosen = "";
  }

  #options() {
    const { track } = this.stage;
    const all = this.tracks.map((each) => [each.track_id, each.name]);
    if (track === null) return [["", t("track.not_told")], ...all];
    return [["", t("virtual.track_as_it_is", { track })], ...all, [NOT_TOLD, t("track.not_told")]];
  }

  render() {
    const { stage, tracks, chosen } = this;
    if (stage.is_virtual || tracks.length === 0) return nothing;
    return html`<form class="form" data-testid="stage-track" @submit=${(event) => this.#send(event)}>
      <div @change=${(event) => event.target.name === "track_id" && (this.chosen = event.target.value)}>
        ${keyed(stage.track_sha256, choiceField(t("track.raced_on"), "track_id", this.#options(), ""))}
      </div>
      <p class="muted">${t("track.why")}</p>
      ${chosen !== "" && this.#isCorrection ? textField(t("marshal.reason_required"), "reason", { most: 200 }) : nothing}
      <button class="button" ?disabled=${chosen === ""}>${t("track.save")}</button>
    </form>`;
  }
}

customElements.define("stage-track", StageTrack);
