// A camera's word on whose a pass was, in a sentence with the names of the cars.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";

/** A camera takes its time to judge a pass; who looks at once is answered a little later. */
const ASK_AGAIN_MS = 2500;
const ASKED_MOST = 4;

const nameOf = (seen) => seen.car_name ?? seen.mark;

/** The camera's word in a sentence, with the names of those it is about. */
function outcomeText({ outcome, marks, has_stranger: hasStranger }) {
  const names = marks.map(nameOf).join(", ");
  if (outcome === "missing" && names !== "") return t("camera.maybe", { names });
  if (outcome === "missing" && hasStranger) return t("camera.unread");
  if (outcome === "double" && hasStranger) return t("camera.stranger", { names });
  return tCode("camera_outcome", outcome, { names });
}

class CameraWord extends PageElement {
  static properties = {
    eventId: { attribute: false },
    passRef: { attribute: false },
    words: { state: true },
  };
  #timer = 0;
  #asked = 0;

  constructor() {
    super();
    this.words = [];
  }

  updated(changed) {
    if (!changed.has("passRef")) return;
    this.words = [];
    this.#asked = 0;
    // In a closed fold nobody reads it: a heat has hundreds of passes.
    const fold = this.closest("details");
    if (fold === null || fold.open) this.#load();
    else fold.addEventListener("toggle", () => this.#load(), { once: true });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  async #load() {
    const { passRef } = this;
    clearTimeout(this.#timer);
    try {
      const words = await read(
        `/events/${this.eventId}/passes/${encodeURIComponent(passRef)}/cameras`,
      );
      if (this.passRef === passRef) this.words = words;
    } catch {
      // asked again below; whoever rules hears why it isn't there
    }
    this.#asked += 1;
    if (this.words.length === 0 && this.#asked < ASKED_MOST && this.isConnected)
      this.#timer = setTimeout(() => this.#load(), ASK_AGAIN_MS);
  }

  render() {
    return this.words.map(
      (word) =>
        html`<p data-testid="camera-word" data-outcome=${word.outcome}>
          <span class="chip ${word.outcome === "identified" ? "chip--running" : "chip--abandoned"}"
            >${tCode("camera_chip", word.outcome)}</span
          >
          <bdi>${outcomeText(word)}</bdi> <bdi class="muted">${word.source}</bdi>
        </p>`,
    );
  }
}

customElements.define("camera-word", CameraWord);

/** What cameras say of a sensor's pass; of one by hand they say nothing. */
export function cameraWord(view, pass) {
  if (pass.source === "manual") return nothing;
  return html`<camera-word .eventId=${view.event_id} .passRef=${pass.pass_ref}></camera-word>`;
}
