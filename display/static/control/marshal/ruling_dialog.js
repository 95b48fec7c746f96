// Asks before a ruling is made: shows what it would change, takes the reason, then makes it.

import { html, nothing } from "lit";
import { command } from "/static/api.js";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import {
  lapLine,
  moveLine,
  movesSentence,
  placesThatMove,
  runLines,
} from "/static/control/marshal/preview_words.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";

const LAPS_SHOWN = 8;

class RulingDialog extends PageElement {
  static properties = {
    view: { attribute: false },
    asked: { state: true },
    preview: { state: true },
    isBusy: { state: true },
  };

  #settle = null;

  constructor() {
    super();
    this.asked = null;
    this.preview = null;
  }

  /**
   * Shows what the ruling would change and lets a marshal confirm it.
   * `asked`: title, about, path, body, needsReason, mayHaveReason. Resolves to the outcome, or to
   * null where it was given up or refused.
   */
  async ask(asked) {
    this.#settle?.(null);
    const outcome = new Promise((resolve) => (this.#settle = resolve));
    this.asked = { mayHaveReason: true, needsReason: false, about: "", ...asked };
    this.preview = null;
    await this.updateComplete;
    const found = await perform(this, () => command(`${asked.path}?preview=true`, this.#tried()));
    if (this.asked?.path !== asked.path) return null;
    if (found === null) {
      this.#close(null);
    } else {
      this.preview = found.preview;
      await this.updateComplete;
      this.querySelector("form").reset();
      this.querySelector("dialog").showModal();
    }
    return outcome;
  }

  /** A preview needs no reason of its own. */
  #tried() {
    const { body, needsReason } = this.asked;
    return needsReason ? { ...body, reason: "?" } : body;
  }

  async #confirm(event) {
    event.preventDefault();
    const { path, body, mayHaveReason } = this.asked;
    const reason = new FormData(event.target).get("reason");
    this.isBusy = true;
    const outcome = await submit(this, path, mayHaveReason ? { ...body, reason } : body);
    this.isBusy = false;
    if (outcome !== null) this.#close(outcome);
  }

  #close(outcome) {
    this.#settle?.(outcome);
    this.#settle = null;
    this.asked = null;
    const dialog = this.querySelector("dialog");
    if (dialog.open) dialog.close();
  }

  #moves() {
    const { view, preview } = this;
    const moves = placesThatMove(preview);
    return html`<p class="foretold__sentence" data-testid="moves">${movesSentence(preview)}</p>
      ${
        moves.length === 0
          ? nothing
          : html`<ol class="rows">
              ${moves.map((move) => {
                const entry = entryOf(view, move.entry_id);
                return html`<li class="row">
                  ${plate(entry)}
                  <span class="row__main"
                    ><bdi>${entry.name}</bdi>
                    <span class="muted"><bdi>${move.stage_title}</bdi></span></span
                  >
                  <strong class="digits">${moveLine(move)}</strong>
                </li>`;
              })}
            </ol>`
      }`;
  }

  #laps() {
    const { view, preview } = this;
    const lines = [
      ...preview.runs.flatMap((change) => runLines(view, change)),
      ...preview.laps.map((change) => lapLine(view, change)),
    ];
    const more = lines.length - LAPS_SHOWN;
    if (lines.length === 0) return html`<p class="muted">${t("marshal.no_lap_changes")}</p>`;
    return html`<ul class="foretold__laps digits">
      ${lines.slice(0, LAPS_SHOWN).map((line) => html`<li><bdi>${line}</bdi></li>`)}
      ${more > 0 ? html`<li class="muted">${t("marshal.more_changes", { count: more })}</li>` : nothing}
    </ul>`;
  }

  render() {
    const { asked, preview, isBusy } = this;
    return html`<dialog
      class="dialog foretold"
      aria-labelledby="ruling-title"
      @close=${() => this.#close(null)}
    >
      <h2 id="ruling-title">${asked?.title}</h2>
      ${asked?.about ? html`<p><bdi>${asked.about}</bdi></p>` : nothing}
      ${preview === null ? nothing : html`${this.#moves()} ${this.#laps()}`}
      <form class="form" @submit=${(event) => this.#confirm(event)}>
        <label class="field" ?hidden=${asked?.mayHaveReason === false}>
          <span>${asked?.needsReason ? t("marshal.reason_required") : t("marshal.reason")}</span>
          <input
            name="reason"
            maxlength="200"
            autocomplete="off"
            ?required=${asked?.needsReason}
            @input=${(event) => event.target.setCustomValidity("")}
            @invalid=${(event) => event.target.setCustomValidity(t("marshal.reason_missing"))}
          />
        </label>
        <div class="form__buttons">
          <button type="button" class="button" @click=${() => this.#close(null)}>
            ${t("action.cancel")}
          </button>
          <button class="button button--main" ?disabled=${isBusy}>${t("marshal.confirm")}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("ruling-dialog", RulingDialog);
