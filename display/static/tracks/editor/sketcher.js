// Asks the server what drawn points make: one question at a time, and of those that wait the newest.

import { ApiError, command } from "/static/api.js";

export class Sketcher {
  #isAsking = false;
  #next = null;
  #path;
  #answered;

  /** `answered` hears of a shape, or of null and the ApiError. */
  constructor(answered, path = "/tracks/sketch") {
    this.#answered = answered;
    this.#path = path;
  }

  ask(drawing) {
    this.#next = drawing;
    if (!this.#isAsking) this.#run();
  }

  async #run() {
    this.#isAsking = true;
    while (this.#next !== null) {
      const drawing = this.#next;
      this.#next = null;
      try {
        const { points, widthM } = drawing;
        this.#answered(await command(this.#path, { points, width_m: widthM }), null);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.#answered(null, error);
      }
    }
    this.#isAsking = false;
  }
}
