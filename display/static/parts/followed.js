// Reads what follows from the live document but isn't in it, again each time its cause changes.

import { ApiError } from "/static/api.js";

/** Facts come in bursts: what follows from them is read once they have settled. */
const QUIET_MS = 400;

/** Keeps `value`, undefined until it was read. `onChange` is called when there is another one. */
export class Followed {
  value = undefined;
  #cause = "";
  #args = [];
  #timer = null;
  #read;
  #onChange;

  /** `read(...args)` gives the value, with what `follow` was told last. */
  constructor(read, onChange) {
    this.#read = read;
    this.#onChange = onChange;
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** To be called at each change; reads where `cause`, a text, is another one than before. */
  follow(cause, ...args) {
    this.#args = args;
    if (cause === this.#cause) return;
    const isFirst = this.#cause === "";
    this.#cause = cause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), isFirst ? 0 : QUIET_MS);
  }

  /** Forgets everything, such as where there is nothing to follow any more. */
  forget() {
    clearTimeout(this.#timer);
    this.#cause = "";
    this.value = undefined;
  }

  async refresh() {
    const cause = this.#cause;
    if (cause === "") return;
    try {
      const value = await this.#read(...this.#args);
      if (cause !== this.#cause) return; // something newer is on its way
      this.value = value;
      this.#onChange();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#cause = ""; // no contact: the page says so, and the next change asks again
    }
  }
}
