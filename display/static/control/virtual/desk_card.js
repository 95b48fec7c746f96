// The base of cards about an event's virtual races: they look again and again how those stand.

import { ApiError, read } from "/static/api.js";
import { PageElement } from "/static/parts/element.js";

/** `desk` is what `GET …/virtual` answered last, null before the first answer of an event. */
export class DeskCard extends PageElement {
  static properties = { desk: { state: true } };

  #periodMs;
  #eventId = null;
  #timer = null;

  constructor(periodMs) {
    super();
    this.#periodMs = periodMs;
    this.desk = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** Whether there is anything to look for again. */
  get isExpectant() {
    return true;
  }

  /** Looks at an event's races from now on; the same one again changes nothing. */
  follow(eventId) {
    if (eventId === this.#eventId) return;
    this.#eventId = eventId;
    this.desk = null;
    this.look();
  }

  /** Looks at once: something was done here. */
  async look() {
    clearTimeout(this.#timer);
    const eventId = this.#eventId;
    try {
      const desk = await read(`/events/${eventId}/virtual`);
      if (this.#eventId === eventId) this.desk = desk;
    } catch (error) {
      // Signed out, or away for a moment: the page says so elsewhere.
      if (!(error instanceof ApiError)) throw error;
    }
    if (this.isConnected && this.isExpectant) this.#timer = setTimeout(() => this.look(), this.#periodMs);
  }
}
