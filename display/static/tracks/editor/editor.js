// The editor of one track: its drawing, what was done to it, what the server makes of it, and saving.

import { html, nothing } from "lit";
import { newKey } from "/static/api.js";
import { language, t } from "/static/i18n.js";
import { decimal } from "/static/formatting.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import "/static/tracks/editor/canvas.js";
import { History } from "/static/tracks/editor/history.js";
import { meaningOf } from "/static/tracks/editor/keys.js";
import { measures } from "/static/tracks/editor/measures.js";
import * as line from "/static/tracks/editor/points.js";
import { Sketcher } from "/static/tracks/editor/sketcher.js";
import { pointTools, viewTools } from "/static/tracks/editor/tools.js";

const GRID_M = 0.1;
const LEAST_WIDTH_M = 0.3;
const MOST_WIDTH_M = 1.5;

/**
 * `drawing` is what it begins with: {trackId, name, points, widthM, version, picture, groundFrom,
 * notes}, and isUnsaved where it would be lost.
 */
class TrackEditor extends PageElement {
  static properties = {
    drawing: { attribute: false },
    points: { state: true },
    shape: { state: true },
    error: { state: true },
    chosen: { state: true },
    isSnapping: { state: true },
    widthM: { state: true },
    isBusy: { state: true },
  };

  #history = null;
  #sketcher = new Sketcher((shape, error) => this.#take(shape, error));
  #saved = null;

  connectedCallback() {
    super.connectedCallback();
    const { points, widthM } = this.drawing;
    this.shape = null;
    this.error = null;
    this.chosen = null;
    this.isSnapping = false;
    this.isBusy = false;
    this.trackId = this.drawing.trackId ?? newKey();
    this.version = this.drawing.version ?? null;
    this.#history = new History({ points, widthM });
    this.#saved = this.drawing.isUnsaved ? null : this.#history.now;
    this.#show(this.#history.now);
    this.leaving = (event) => this.isUnsaved && event.preventDefault();
    window.addEventListener("beforeunload", this.leaving);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("beforeunload", this.leaving);
  }

  get isUnsaved() {
    return this.#history.now !== this.#saved;
  }

  #show({ points, widthM }) {
    this.points = points;
    this.widthM = widthM;
    if (this.chosen !== null) this.chosen = Math.min(this.chosen, points.length - 1);
    this.#sketcher.ask({ points, widthM });
  }

  #take(shape, error) {
    const isFirst = this.shape === null;
    if (shape !== null) this.shape = shape;
    this.error = error;
    if (isFirst) this.updateComplete.then(() => this.#canvas.fit());
  }

  get #canvas() {
    return this.querySelector("track-canvas");
  }

  #do(change) {
    const step = { ...this.#history.now, ...change };
    this.#history.take(step);
    this.#show(step);
  }

  #placed(place) {
    return this.isSnapping ? line.snapped(place, GRID_M) : line.rounded(place);
  }

  #moved({ at, place, isDone }) {
    const points = line.moved(this.points, at, this.#placed(place));
    if (isDone) this.#do({ points });
    else this.#show({ points, widthM: this.widthM });
  }

  #tapped({ place }) {
    const { points, shape } = this;
    if (points.length >= line.MOST_POINTS) return;
    const at = line.placeFor(points, place, shape?.centre);
    this.chosen = at;
    this.#do({ points: line.inserted(points, at, this.#placed(place)) });
  }

  #step(by) {
    const count = this.points.length;
    this.chosen = this.chosen === null ? 0 : (this.chosen + by + count) % count;
  }

  /** What buttons and keys do, by name. */
  get #acts() {
    const { points, chosen, shape } = this;
    const ifChosen = (act) => () => chosen === null || act();
    return {
      undo: () => this.#show(this.#history.undo()),
      redo: () => this.#show(this.#history.redo()),
      fit: () => this.#canvas.fit(),
      zoom: (factor) => this.#canvas.zoom(factor),
      larger: () => this.#canvas.zoom(1.4),
      smaller: () => this.#canvas.zoom(1 / 1.4),
      next: () => this.#step(1),
      previous: () => this.#step(-1),
      turn: () => {
        if (chosen) this.chosen = points.length - chosen;
        this.#do({ points: line.turnedRound(points) });
      },
      start: ifChosen(() => {
        this.chosen = 0;
        if (chosen > 0) this.#do({ points: line.startingAt(points, chosen) });
      }),
      add: ifChosen(() => {
        if (points.length >= line.MOST_POINTS) return;
        this.chosen = chosen + 1;
        this.#do({ points: line.inserted(points, chosen + 1, line.between(points, chosen, shape?.centre)) });
      }),
      remove: ifChosen(() => {
        if (points.length > line.LEAST_POINTS) this.#do({ points: line.removed(points, chosen) });
      }),
    };
  }

  #key(event) {
    const meaning = meaningOf(event);
    if (meaning === null) return;
    event.preventDefault();
    if (meaning.does !== "move") this.#acts[meaning.does]();
    else if (this.chosen !== null) this.#nudge(meaning.by);
  }

  #nudge([dx, dy]) {
    const [x, y] = this.points[this.chosen];
    this.#do({ points: line.moved(this.points, this.chosen, [x + dx, y + dy]) });
  }

  #typed(axis, event) {
    const value = event.target.valueAsNumber;
    if (!Number.isFinite(value)) return;
    this.#do({ points: line.moved(this.points, this.chosen, this.points[this.chosen].with(axis, value)) });
  }

  #widened(event, isDone) {
    const widthM = event.target.valueAsNumber;
    if (!(widthM >= LEAST_WIDTH_M && widthM <= MOST_WIDTH_M)) return;
    if (isDone) this.#do({ widthM });
    else this.#show({ points: this.points, widthM });
  }

  async #save(event) {
    event.preventDefault();
    if (this.isBusy) return;
    const name = new FormData(event.target).get("name").trim();
    const step = this.#history.now;
    const { points, widthM } = step;
    const body = { name, points, width_m: widthM };
    if (this.version !== null) body.version = this.version;
    if (this.drawing.groundFrom) body.ground_from = this.drawing.groundFrom;
    this.isBusy = true;
    const kept = await submit(this, `/tracks/${this.trackId}`, body, t("tracks.saved", { name }), "PUT");
    this.isBusy = false;
    if (kept === null) return;
    this.version = kept.version;
    this.#saved = step;
    this.dispatchEvent(new CustomEvent("track-saved", { detail: kept, bubbles: true }));
  }

  #leave() {
    if (this.isUnsaved && !window.confirm(t("tracks.leave"))) return;
    this.dispatchEvent(new CustomEvent("editor-left", { bubbles: true }));
  }

  #place() {
    const { chosen, points } = this;
    if (chosen === null) return html`<p class="muted" data-testid="chosen">${t("tracks.choose")}</p>`;
    const [x, y] = points[chosen];
    const words = chosen === 0 ? t("tracks.chosen_start") : t("tracks.chosen", { at: chosen + 1, count: points.length });
    const field = (axis, label, value) =>
      html`<label class="field"><span>${label}</span>
        <input type="number" step="0.01" inputmode="decimal" .value=${String(value)} @change=${(event) => this.#typed(axis, event)} />
      </label>`;
    return html`<p role="status" data-testid="chosen">${words}
        <span class="visually-hidden">${decimal(x, 2, language())}, ${decimal(y, 2, language())}</span></p>
      <div class="form--line">${field(0, t("tracks.x"), x)} ${field(1, t("tracks.y"), y)}</div>`;
  }

  #width() {
    const bounds = { min: LEAST_WIDTH_M, max: MOST_WIDTH_M };
    return html`<label class="field"><span>${t("tracks.width")}</span>
        <input name="width" type="number" inputmode="decimal" step="0.01" min=${bounds.min} max=${bounds.max}
          .value=${String(this.widthM)} @change=${(event) => this.#widened(event, true)} /></label>
      <input class="slider" type="range" step="0.01" min=${bounds.min} max=${bounds.max} aria-label=${t("tracks.width")}
        .value=${String(this.widthM)} @input=${(event) => this.#widened(event, false)} @change=${(event) => this.#widened(event, true)} />`;
  }

  #snap() {
    const change = (event) => (this.isSnapping = event.target.checked);
    return html`<label class="check"><input type="checkbox" .checked=${this.isSnapping} @change=${change} />
      <span>${t("tracks.snap")}</span></label>`;
  }

  #notes() {
    const { notes = [] } = this.drawing;
    return notes.length === 0
      ? nothing
      : html`<ul class="troubles" data-testid="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
  }

  render() {
    const { points, chosen, shape, error, drawing } = this;
    const can = {
      chosen,
      canAdd: points.length < line.MOST_POINTS,
      canRemove: points.length > line.LEAST_POINTS,
    };
    return html`<h1 class="visually-hidden">${t("tracks.edit_title")}</h1>
      <div class="editor" @keydown=${(event) => event.target.closest(".canvas") && this.#key(event)}>
        <section class="card editor__drawing">
          ${viewTools(this.#history, this.#acts)}
          <track-canvas
            .points=${points}
            .shape=${shape}
            .chosen=${chosen}
            .picture=${drawing.picture ?? null}
            @point-chosen=${(event) => (this.chosen = event.detail.at)}
            @point-moved=${(event) => this.#moved(event.detail)}
            @ground-tapped=${(event) => this.#tapped(event.detail)}
          ></track-canvas>
          ${pointTools(can, this.#acts)}
          <p class="muted" id="track-keys">${t("tracks.touch")} <span class="editor__keys">${t("tracks.keys")}</span></p>
        </section>
        <section class="card editor__panel">
          ${this.#notes()} ${measures(shape, error)} ${this.#width()} ${this.#snap()} ${this.#place()}
          <form class="form" @submit=${(event) => this.#save(event)}>
            <label class="field"><span>${t("tracks.name")}</span>
              <input name="name" maxlength="40" required autocomplete="off" .value=${drawing.name} /></label>
            <div class="form__buttons">
              <button class="button button--main" ?disabled=${this.isBusy || error !== null}>${t("tracks.save")}</button>
              <button type="button" class="button" @click=${() => this.#leave()}>${t("tracks.to_list")}</button>
            </div>
          </form>
        </section>
      </div>`;
  }
}

customElements.define("track-editor", TrackEditor);
