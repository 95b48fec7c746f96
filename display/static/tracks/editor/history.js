// What was done to something, step by step, to go back and forth in; nothing in it is changed.

const MOST_STEPS = 200;

export class History {
  #steps;
  #at = 0;

  constructor(first) {
    this.#steps = [first];
  }

  get now() {
    return this.#steps[this.#at];
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#steps.length - 1;
  }

  /** A step more; what was undone before it is gone. */
  take(step) {
    this.#steps = [...this.#steps.slice(0, this.#at + 1), step].slice(-MOST_STEPS);
    this.#at = this.#steps.length - 1;
  }

  undo() {
    if (this.canUndo) this.#at -= 1;
    return this.now;
  }

  redo() {
    if (this.canRedo) this.#at += 1;
    return this.now;
  }
}
