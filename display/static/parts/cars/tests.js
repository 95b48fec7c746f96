// Tests of models on virtual tracks: asked for here, watched while any is under way.

import { ApiError, command, read } from "/static/api.js";

const WATCH_MS = 1000;
/** Another person's test comes into sight sooner or later; one's own at once. */
const IDLE_MS = 60_000;

export const isOver = (test) => test.state === "done" || test.state === "failed";

/** Says `change` whenever a test moved on, `ended` (detail: the test) once it is over. */
class ModelTests extends EventTarget {
  tests = [];
  #watchers = 0;
  #timer = null;

  /** Called by who shows tests, as long as it is on the page; returns how to let go. */
  watch() {
    this.#watchers += 1;
    if (this.#watchers === 1) this.look();
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) clearTimeout(this.#timer);
    };
  }

  /** Calls `changed` whenever a test moved on and `ended` with one that is over; returns how to let go. */
  follow(changed, ended) {
    const onEnd = ({ detail }) => ended(detail);
    this.addEventListener("change", changed);
    this.addEventListener("ended", onEnd);
    const letGo = this.watch();
    return () => {
      this.removeEventListener("change", changed);
      this.removeEventListener("ended", onEnd);
      letGo();
    };
  }

  /** Asks now, and goes on asking. */
  async look() {
    clearTimeout(this.#timer);
    let answer = null;
    try {
      answer = await read("/workshop/tests");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // it is asked again anyway
    }
    if (answer !== null) this.#take(answer);
    if (this.#watchers === 0) return;
    clearTimeout(this.#timer);
    const isBusy = this.tests.some((test) => !isOver(test));
    this.#timer = setTimeout(() => this.look(), isBusy ? WATCH_MS : IDLE_MS);
  }

  #take(tests) {
    const before = new Map(this.tests.map((test) => [test.test_id, test.state]));
    this.tests = tests;
    this.dispatchEvent(new Event("change"));
    for (const test of tests) {
      const was = before.get(test.test_id);
      if (isOver(test) && was !== undefined && was !== test.state)
        this.dispatchEvent(new CustomEvent("ended", { detail: test }));
    }
  }

  /** Asks for a test of a model: {kind, track, laps}; throws ApiError. */
  async ask({ sha256, driver_id: driverId }, body) {
    const whose = driverId ? `?driver_id=${encodeURIComponent(driverId)}` : "";
    await command(`/workshop/tests${whose}`, { sha256, ...body });
    await this.look();
  }

  async cancel(test) {
    await command(`/workshop/tests/${test.test_id}`, {}, { method: "DELETE" });
    await this.look();
  }

  /** The newest test of a kind of a model, null where none is known. */
  newest(sha256, kind) {
    return this.tests.find((test) => test.sha256 === sha256 && test.kind === kind) ?? null;
  }
}

export const modelTests = new ModelTests();
