// Keeps every press on the phone until the server has it: in order, once each, over a lost Wi-Fi.

import { ApiError, command } from "/static/api.js";
import { t } from "/static/i18n.js";

const STORE_KEY = "paddock.line";
/** More than anybody presses in an hour without contact. */
export const KEPT_MOST = 500;
/** Of those that are settled, as many as somebody may still want to take back. */
const SETTLED_MOST = 20;
const TRY_AGAIN_MS = 2000;
const LATE_MS = 1500;

const isKept = (press) => press.state === "kept";

/** What a later try may mend: no answer, a busy server, a login that ran out, clocks that differ. */
const mayPass = (error) =>
  error.status === 0 ||
  error.status === 429 ||
  error.status >= 500 ||
  error.needsLogin ||
  error.code === "instant_in_future";

function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE_KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each?.key === "string") : [];
  } catch {
    return []; // no storage, or not ours: presses are then kept as long as the page is open
  }
}

/**
 * A press is {key, eventId, heatId, entryId, name, crossedUs, sinceUs, state, rulingId, problem};
 * `state` goes from "kept" to "sent", "refused" or "undone". Fires `change`.
 */
export class KeptPresses extends EventTarget {
  needsLogin = false;
  #presses = stored();
  #isSending = false;
  #timer = null;

  /** All that is remembered, the newest first. */
  get newestFirst() {
    return this.#presses.toReversed();
  }

  get keptCount() {
    return this.#presses.filter(isKept).length;
  }

  /** Whether a press waits for longer than a server that answers would let it. */
  get isLate() {
    return this.#presses.some((each) => isKept(each) && Date.now() - each.addedMs > LATE_MS);
  }

  get isFull() {
    return this.keptCount >= KEPT_MOST;
  }

  add(press) {
    this.#presses.push({ ...press, state: "kept", isTried: false, addedMs: Date.now() });
    this.#changed();
    this.send();
  }

  /** Takes a press back: here where it never left, else on the server once that has it. */
  undo(press) {
    if (press.state === "kept" && !press.isTried) {
      this.#presses = this.#presses.filter((each) => each !== press);
    } else {
      press.isUnwanted = true;
    }
    this.#changed();
    this.send();
  }

  /** Sends what waits, the oldest first, until all is there or the server doesn't answer. */
  async send() {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    let waiting;
    while ((waiting = this.#presses.find((each) => isKept(each) || this.#isToReverse(each)))) {
      const isDone = await this.#settle(waiting);
      this.#changed();
      if (!isDone) break;
    }
    this.#isSending = false;
    if (waiting) this.#timer = setTimeout(() => this.send(), TRY_AGAIN_MS);
  }

  #isToReverse = (press) => press.state === "sent" && Boolean(press.isUnwanted);

  /** One request for a press; false where it is to be tried again later. */
  async #settle(press) {
    try {
      if (isKept(press)) await this.#enter(press);
      else await this.#reverse(press);
      this.needsLogin = false;
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.needsLogin = error.needsLogin;
      if (mayPass(error)) return false;
      press.problem = error.message;
      press.isUnwanted = false;
      if (isKept(press)) press.state = "refused";
      return true;
    }
  }

  async #enter(press) {
    press.isTried = true;
    this.#store();
    const body = {
      crossed_us: press.crossedUs,
      entry_id: press.entryId,
      is_backup: true,
      reason: t("line.reason"),
    };
    const path = `/events/${press.eventId}/heats/${press.heatId}/passes`;
    const answer = await command(path, body, { key: press.key });
    press.rulingId = answer.ruling_id;
    press.state = "sent";
  }

  async #reverse(press) {
    const path = `/events/${press.eventId}/rulings/${press.rulingId}/reverse`;
    await command(path, { reason: t("control.reverse_reason") }, { key: `${press.key}-back` });
    press.state = "undone";
    press.isUnwanted = false;
  }

  #changed() {
    const settled = this.#presses.filter((each) => !isKept(each) && !this.#isToReverse(each));
    const old = new Set(settled.slice(0, -SETTLED_MOST));
    this.#presses = this.#presses.filter((each) => !old.has(each));
    this.#store();
    this.dispatchEvent(new CustomEvent("change"));
  }

  #store() {
    try {
      localStorage.setItem(STORE_KEY, JSON.stringify(this.#presses));
    } catch {
      // no storage or no room: they are kept as long as the page is open
    }
  }
}
