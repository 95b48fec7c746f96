// A driver's own virtual races, kept up to date: what may be submitted, what waits, what was driven.

import { ApiError, read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { submit } from "/static/parts/act.js";

/** While something waits or runs; and while nothing does. */
const SOON_MS = 2000;
const LATER_MS = 15_000;
const UNDECIDED = new Set(["waiting", "running"]);

/** Whether it isn't known yet what comes of a submission. */
export const isUndecided = ({ status }) => UNDECIDED.has(status);

/** A Lit controller: `races` is as `GET /me/virtual` tells it, null before the first answer. */
export class MyRaces {
  races = null;
  #host;
  #timer = null;

  constructor(host) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected() {
    this.look();
  }

  hostDisconnected() {
    clearTimeout(this.#timer);
  }

  get #isBusy() {
    return (this.races ?? []).some((race) => race.desk.submissions.some(isUndecided));
  }

  async look() {
    clearTimeout(this.#timer);
    try {
      this.races = await read("/me/virtual");
      this.#host.requestUpdate();
    } catch (error) {
      // A server that is away for a moment is asked again; the page says so elsewhere.
      if (!(error instanceof ApiError)) throw error;
    }
    clearTimeout(this.#timer);
    if (this.#host.isConnected) this.#timer = setTimeout(() => this.look(), this.#isBusy ? SOON_MS : LATER_MS);
  }

  async submit(race, stage, sha256) {
    const path = `/events/${race.event_id}/stages/${stage.stage_id}/submissions`;
    const body = { entry_id: race.entry_id, model_sha256: sha256 };
    const answer = await submit(this.#host, path, body, t("virtual.submitted"));
    await this.look();
    return answer;
  }

  async takeBack(race, { submission_id: id }) {
    await submit(this.#host, `/events/${race.event_id}/submissions/${id}/withdraw`, {}, t("virtual.taken_back"));
    await this.look();
  }
}

const leftOf = (race, stage) => race.desk.left.find((each) => each.stage_id === stage.stage_id);

/** Whether one more model is taken from the driver now. */
export function maySubmit(race, stage) {
  const left = leftOf(race, stage);
  return stage.phase === "open" && race.entry_id !== null && (left === undefined || (left.left !== 0 && left.wait_s <= 0));
}

/** How many are left, or how long the next one has to wait; "" where there is no limit. */
export function leftWords(race, stage) {
  const left = leftOf(race, stage);
  if (left === undefined) return "";
  if (left.wait_s > 0) return t("virtual.wait", { seconds: Math.ceil(left.wait_s) });
  return left.left === null ? "" : t("virtual.left", { count: left.left });
}
