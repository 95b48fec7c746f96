// The base of elements to which people bring a file: one at a time, and what is wrong with it stays written.

import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

export class BringingElement extends PageElement {
  static properties = { isBusy: { state: true }, refusal: { state: true } };

  constructor() {
    super();
    this.isBusy = false;
    this.refusal = "";
  }

  /** Lets `send` send what `form` holds; returns what was kept, of which `words` tell, or null. */
  async bring(form, send, words) {
    this.isBusy = true;
    this.refusal = "";
    const kept = await perform(this, () => this.#sent(send), words);
    this.isBusy = false;
    if (kept !== null) form.reset();
    return kept;
  }

  async #sent(send) {
    try {
      return await send();
    } catch (error) {
      this.refusal = error.message ?? "";
      throw error;
    }
  }
}
