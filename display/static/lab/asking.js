// Asks the lab's interface: one question of a kind at a time, and of those that wait the latest alone.

import { ApiError, question } from "/static/api.js";

/** A function that is tried out with some 1,700 cases may be slow. */
const PATIENCE_MS = 90_000;

/** Runs `work` for what was asked last; what came before it and waited is left out. */
export class Latest {
  #work;
  #next = null;
  #isBusy = false;

  constructor(work) {
    this.#work = work;
  }

  async ask(what) {
    this.#next = { what };
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (this.#next !== null) {
      const { what: asked } = this.#next;
      this.#next = null;
      await this.#work(asked, () => this.#next !== null);
    }
    this.#isBusy = false;
  }
}

/** `kind` is at, map, fuzz or compare; throws ApiError. */
export const askLab = (kind, body) => question(`/lab/${kind}`, body, PATIENCE_MS);

/** Runs `attempt`; gives [answer, null], or [null, the ApiError] where it was refused. */
export async function tried(attempt) {
  try {
    return [await attempt(), null];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [null, error];
  }
}

/** What a message of a ghost holds. */
export const driveOf = ({ speed, steering, progress, steps }) => ({
  speed_mps: speed,
  steering_deg: steering,
  progress_percent: progress,
  steps,
});
