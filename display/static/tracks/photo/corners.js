// A photo with the four corners of a known rectangle on it: tapped, dragged, or moved by keys.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { inOrder } from "/static/tracks/photo/rectangle.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const COARSE = 0.01;
const FINE = 0.001;
const LOUPE_PX = 130;
const LOUPE_TIMES = 3;
const within = (value) => Math.max(0, Math.min(1, value));

/** Tells `corners-moved` with the four. */
class PhotoCorners extends PageElement {
  static properties = {
    photo: { attribute: false },
    corners: { attribute: false },
    chosen: { state: true },
  };

  #dragged = null;

  connectedCallback() {
    super.connectedCallback();
    this.chosen = 0;
    this.observer = new ResizeObserver(() => this.#draw());
    this.observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  updated() {
    const { width, height } = this.photo;
    const { style } = this.querySelector("canvas");
    style.aspectRatio = `${width} / ${height}`;
    style.maxWidth = `calc(75vh * ${width / height})`;
    this.#draw();
  }

  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.querySelector("canvas").getBoundingClientRect();
    return [within((clientX - left) / width), within((clientY - top) / height)];
  }

  #moved(at, place) {
    this.chosen = at;
    this.#tell(this.corners.with(at, place));
  }

  #tell(corners) {
    this.dispatchEvent(new CustomEvent("corners-moved", { detail: corners, bubbles: true }));
  }

  #down(event) {
    const place = this.#place(event);
    const { width, height } = this.photo;
    const apart = ([x, y]) => Math.hypot((x - place[0]) * width, (y - place[1]) * height);
    const nearest = this.corners.reduce((best, each, at) => (apart(each) < apart(this.corners[best]) ? at : best), 0);
    event.currentTarget.setPointerCapture(event.pointerId);
    this.#dragged = nearest;
    this.#moved(nearest, place);
  }

  #move(event) {
    if (this.#dragged !== null) this.#moved(this.#dragged, this.#place(event));
  }

  #up() {
    this.#dragged = null;
    this.#settle();
  }

  #settle() {
    const ordered = inOrder(this.corners);
    this.chosen = ordered.indexOf(this.corners[this.chosen]);
    this.#tell(ordered);
  }

  #key(event) {
    const number = Number(event.key);
    if (number >= 1 && number <= 4) this.chosen = number - 1;
    else if (event.key in ARROWS) {
      const step = event.shiftKey ? FINE : COARSE;
      const [x, y] = this.corners[this.chosen];
      const [dx, dy] = ARROWS[event.key];
      this.#moved(this.chosen, [within(x + dx * step), within(y + dy * step)]);
    } else return;
    this.#settle();
    event.preventDefault();
  }

  #draw() {
    const canvas = this.querySelector("canvas");
    if (canvas === null) return;
    const { photo } = this;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    const pen = canvas.getContext("2d");
    pen.drawImage(photo.image, 0, 0, canvas.width, canvas.height);
    const token = (name) => getComputedStyle(this).getPropertyValue(name);
    this.#outline(pen, canvas, ratio, token);
    if (this.#dragged !== null) this.#loupe(pen, canvas, ratio, token);
  }

  #outline(pen, { width, height }, ratio, token) {
    const places = this.corners.map(([x, y]) => [x * width, y * height]);
    pen.lineWidth = 2 * ratio;
    pen.strokeStyle = token("--yellow-fill");
    pen.beginPath();
    places.forEach(([x, y], at) => (at === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
    pen.closePath();
    pen.stroke();
    pen.font = `700 ${14 * ratio}px ${token("--face")}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    places.forEach(([x, y], at) => {
      pen.beginPath();
      pen.arc(x, y, 11 * ratio, 0, 2 * Math.PI);
      pen.fillStyle = token(at === this.chosen ? "--yellow-fill" : "--light-ink");
      pen.fill();
      pen.fillStyle = token("--dark-ink");
      pen.fillText(String(at + 1), x, y + ratio);
    });
  }

  /** A finger hides the corner that it drags: it is shown larger, out of its way. */
  #loupe(pen, { width, height }, ratio, token) {
    const { photo } = this;
    const [x, y] = this.corners[this.#dragged];
    const side = LOUPE_PX * ratio;
    const left = x < 0.5 ? width - side : 0;
    const shown = side / ratio / LOUPE_TIMES / (width / ratio / photo.width);
    pen.drawImage(photo.image, x * photo.width - shown / 2, y * photo.height - shown / 2, shown, shown, left, 0, side, side);
    pen.strokeStyle = token("--yellow-fill");
    pen.strokeRect(left, 0, side, side);
    pen.beginPath();
    pen.moveTo(left + side / 2, 0);
    pen.lineTo(left + side / 2, side);
    pen.moveTo(left, side / 2);
    pen.lineTo(left + side, side / 2);
    pen.stroke();
  }

  render() {
    const { photo } = this;
    return html`<canvas
      class="corners"
      width=${photo.width}
      height=${photo.height}
      tabindex="0"
      role="application"
      aria-label=${t("tracks.corners")}
      aria-describedby="corner-keys"
      @pointerdown=${this.#down}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#up}
      @keydown=${this.#key}
    ></canvas>`;
  }
}

customElements.define("photo-corners", PhotoCorners);
