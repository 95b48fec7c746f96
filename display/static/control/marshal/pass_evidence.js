// What sensors and cameras recorded around a pass: raw edges, and the photo finish to enlarge.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { language, t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

/** Milliseconds before (−) or after (+) the beam, in the reader's language. */
function offsetText(offsetUs, digits) {
  const ms = new Intl.NumberFormat(language(), {
    signDisplay: "exceptZero",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(offsetUs / 1000);
  return t("evidence.offset", { ms });
}

/** The frame nearest to the beam's instant. */
const nearest = (frames) =>
  frames.reduce((best, frame) =>
    Math.abs(frame.offset_us) < Math.abs(best.offset_us) ? frame : best,
  );

class PassEvidence extends PageElement {
  static properties = {
    eventId: { attribute: false },
    passRef: { attribute: false },
    found: { state: true },
    enlarged: { state: true },
  };

  constructor() {
    super();
    this.found = null;
    this.enlarged = null;
  }

  willUpdate(changed) {
    if (changed.has("passRef") || changed.has("eventId")) this.found = null;
  }

  updated(changed) {
    const dialog = this.querySelector("dialog");
    if (changed.has("enlarged") && this.enlarged !== null && !dialog.open) dialog.showModal();
    if (changed.has("found")) this.#showNearest();
  }

  /** Scrolls the row, and not the page, to the frame nearest to the beam. */
  #showNearest() {
    const frame = this.querySelector("[aria-current]");
    if (frame === null) return;
    const row = frame.closest("ol");
    const [seen, wanted] = [row, frame].map((each) => each.getBoundingClientRect());
    row.scrollLeft += wanted.left + wanted.width / 2 - seen.left - seen.width / 2;
  }

  get #path() {
    return `/events/${this.eventId}/passes/${encodeURIComponent(this.passRef)}`;
  }

  async #load() {
    const { passRef } = this;
    const found = await perform(this, () => read(`${this.#path}/evidence`));
    if (found === null || this.passRef !== passRef) return;
    found.frames.sort((left, right) => left.offset_us - right.offset_us);
    this.found = found;
  }

  #picture(frame) {
    return `/api/v1${this.#path}/frames/${frame.index}`;
  }

  #edges() {
    const { edges } = this.found;
    if (edges.length === 0) return html`<p class="muted">${t("evidence.no_edges")}</p>`;
    return html`<ol class="evidence__edges digits" aria-label=${t("evidence.edges")}>
      ${edges.map(
        (edge) =>
          html`<li>
            <span class="evidence__level evidence__level--${edge.level}" aria-hidden="true"></span>
            <bdi>${edge.sensor}</bdi>
            ${edge.level === 1 ? t("evidence.broken") : t("evidence.clear")}
            ${offsetText(edge.offset_us, 3)}
          </li>`,
      )}
    </ol>`;
  }

  #frames() {
    const { frames } = this.found;
    if (frames.length === 0) return html`<p class="muted">${t("evidence.no_frames")}</p>`;
    const best = nearest(frames);
    return html`<ol class="evidence__frames" aria-label=${t("evidence.frames")}>
      ${frames.map(
        (frame, at) =>
          html`<li>
            <button
              class="evidence__frame"
              aria-current=${frame === best ? "true" : nothing}
              @click=${() => (this.enlarged = at)}
            >
              <img src=${this.#picture(frame)} alt="" loading="lazy" />
              <span class="digits">${offsetText(frame.offset_us, 0)}</span>
            </button>
          </li>`,
      )}
    </ol>`;
  }

  #enlarged() {
    const { enlarged } = this;
    if (enlarged === null) return nothing;
    const { frames } = this.found;
    const frame = frames[enlarged];
    const step = (by, text) =>
      html`<button
        class="button"
        ?disabled=${frames[enlarged + by] === undefined}
        @click=${() => (this.enlarged += by)}
      >
        ${text}
      </button>`;
    const words = offsetText(frame.offset_us, 1);
    return html`<img class="evidence__large" src=${this.#picture(frame)} alt=${words} />
      <p class="digits" aria-live="polite">${words}</p>
      <div class="form__buttons">
        ${step(-1, t("evidence.earlier"))} ${step(1, t("evidence.later"))}
        <button class="button" @click=${() => this.querySelector("dialog").close()}>
          ${t("action.close")}
        </button>
      </div>`;
  }

  render() {
    return html`<details
      class="details evidence"
      @toggle=${(event) => event.target.open && this.found === null && this.#load()}
    >
      <summary>${t("evidence.title")}</summary>
      ${this.found === null ? nothing : html`${this.#frames()} ${this.#edges()}`}
      <dialog
        class="dialog evidence__dialog"
        aria-label=${t("evidence.frames")}
        @close=${() => (this.enlarged = null)}
      >
        ${this.found === null ? nothing : this.#enlarged()}
      </dialog>
    </details>`;
  }
}

customElements.define("pass-evidence", PassEvidence);

/** What was recorded around a sensor's pass; a pass by hand has nothing of the kind. */
export function passEvidence(view, pass) {
  if (pass.source === "manual") return nothing;
  return html`<pass-evidence .eventId=${view.event_id} .passRef=${pass.pass_ref}></pass-evidence>`;
}
