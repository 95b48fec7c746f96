// Where the line is in a camera's picture: two ends, tapped into a picture that it has just taken.

import { html, nothing, svg } from "lit";
import { t } from "/static/i18n.js";
import { polledCameras } from "/static/control/devices/polled.js";
import { notify, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const ASK_AGAIN_MS = 1000;
const PATIENCE = 12;
/** As the server has it: below this the direction of travel hangs on single pixels. */
const LINE_MIN_PX = 40;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const cameraPath = ({ node_id: nodeId, health }) =>
  `/nodes/${encodeURIComponent(nodeId)}/cameras/${encodeURIComponent(health.gate)}`;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
const isSame = (some, other) => JSON.stringify(some) === JSON.stringify(other);

class CameraLine extends PageElement {
  static properties = {
    camera: { attribute: false },
    onDone: { attribute: false },
    ends: { state: true },
    pictureSeq: { state: true },
    isWaiting: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.ends = this.camera.health.line_px ?? [];
    this.pictureSeq = 0;
    this.isWaiting = false;
    this.#look();
  }

  /** Asks the server until the camera is so; returns whether it came to that. */
  async #until(isSo) {
    const path = cameraPath(this.camera);
    this.isWaiting = true;
    try {
      for (let tried = 0; tried < PATIENCE && this.isConnected; tried += 1) {
        await pause(ASK_AGAIN_MS);
        const found = (await polledCameras.ask())?.find((each) => cameraPath(each) === path);
        if (found !== undefined && isSo(found)) return true;
      }
      return false;
    } finally {
      this.isWaiting = false;
    }
  }

  async #look() {
    const before = this.camera.picture_seq;
    if ((await submit(this, `${cameraPath(this.camera)}/look`, {})) === null) return;
    const isThere = await this.#until((camera) => camera.picture_seq !== before);
    if (isThere) this.pictureSeq = before + 1;
    else if (this.isConnected) notify(this, t("cameras.no_picture"), true);
  }

  async #save() {
    const { ends } = this;
    const path = `${cameraPath(this.camera)}/line`;
    if ((await submit(this, path, { line_px: ends }, undefined, "PUT")) === null) return;
    const isKept = await this.#until((camera) => isSame(camera.health.line_px, ends));
    if (!this.isConnected) return;
    notify(this, isKept ? t("cameras.line_kept") : t("cameras.line_not_kept"), !isKept);
    if (isKept) this.onDone();
  }

  /** The first two taps are the ends; a later one moves the nearer of them there. */
  #tap(event) {
    const { width_px: width, height_px: height } = this.camera.health;
    const box = event.currentTarget.getBoundingClientRect();
    const point = [
      Math.round(((event.clientX - box.left) / box.width) * width),
      Math.round(((event.clientY - box.top) / box.height) * height),
    ];
    const [first, second] = this.ends;
    if (second === undefined) this.ends = [...this.ends, point];
    else if (distance(point, first) <= distance(point, second)) this.ends = [point, second];
    else this.ends = [first, point];
  }

  #nudge(event, at) {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const { width_px: width, height_px: height } = this.camera.health;
    const step = event.shiftKey ? 10 : 1;
    const moved = [width, height].map((most, axis) =>
      Math.min(most, Math.max(0, this.ends[at][axis] + step * move[axis])),
    );
    this.ends = this.ends.with(at, moved);
  }

  #drawn(width) {
    const [first, second] = this.ends;
    const unit = width / 100;
    return svg`
      ${
        second === undefined
          ? nothing
          : svg`<line class="camera-line__line" x1=${first[0]} y1=${first[1]} x2=${second[0]} y2=${second[1]} />
              ${this.#arrow(first, second, unit)}`
      }
      ${this.ends.map(
        ([x, y], at) => svg`<g
          tabindex="0"
          role="button"
          aria-label=${t("cameras.line_end", { n: at + 1 })}
          @keydown=${(event) => this.#nudge(event, at)}
        >
          <circle class="camera-line__end" cx=${x} cy=${y} r=${2.6 * unit} />
          <text class="camera-line__number" x=${x} y=${y} font-size=${3.4 * unit}>${at + 1}</text>
        </g>`,
      )}`;
  }

  /** Which way cars cross: up in the picture where the first end is left of the second. */
  #arrow(first, second, unit) {
    const length = distance(first, second);
    if (length === 0) return nothing;
    const ahead = [(second[1] - first[1]) / length, (first[0] - second[0]) / length];
    const from = [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2];
    const at = (forward, aside) =>
      [0, 1].map((axis) => from[axis] + unit * (forward * ahead[axis] + aside * ahead[1 - axis] * (axis === 0 ? 1 : -1)));
    const points = [at(2, -0.7), at(9, -0.7), at(9, -2.2), at(13, 0), at(9, 2.2), at(9, 0.7), at(2, 0.7)];
    return svg`<polygon class="camera-line__arrow" points=${points.map((each) => each.join(",")).join(" ")} />`;
  }

  #picture() {
    const { width_px: width, height_px: height } = this.camera.health;
    if (this.pictureSeq === 0) {
      return html`<p class="muted" role="status">
        ${this.isWaiting ? t("cameras.looking") : t("cameras.no_picture")}
      </p>`;
    }
    return html`<div class="camera-line__picture" data-testid="camera-picture">
      <img src=${`/api/v1${cameraPath(this.camera)}/picture?v=${this.pictureSeq}`} alt="" />
      <svg viewBox=${`0 0 ${width} ${height}`} @click=${(event) => this.#tap(event)}>
        ${this.#drawn(width)}
      </svg>
    </div>`;
  }

  render() {
    const { ends, isWaiting } = this;
    const isLine = ends.length === 2 && distance(...ends) >= LINE_MIN_PX;
    const isNew = !isSame(ends, this.camera.health.line_px ?? []);
    return html`<div class="camera-line">
      <p>${t("cameras.line_explain")}</p>
      ${this.#picture()}
      ${ends.length === 2 && !isLine ? html`<p>${t("cameras.line_short")}</p>` : nothing}
      <div class="form__buttons">
        <button
          class="button button--main"
          ?disabled=${!isLine || !isNew || isWaiting || this.pictureSeq === 0}
          @click=${() => this.#save()}
        >
          ${t("cameras.line_save")}
        </button>
        <button
          class="button"
          ?disabled=${ends.length < 2}
          @click=${() => (this.ends = this.ends.toReversed())}
        >
          ${t("cameras.line_turn")}
        </button>
        <button class="button" ?disabled=${isWaiting} @click=${() => this.#look()}>
          ${t("cameras.look_again")}
        </button>
        <button class="button" @click=${() => this.onDone()}>${t("action.close")}</button>
      </div>
    </div>`;
  }
}

customElements.define("camera-line", CameraLine);
