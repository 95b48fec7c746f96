// When the next heat is expected to begin, by the server's own calendar.

import { ApiError, read } from "/static/api.js";
import { queueRows } from "/static/view_model.js";
import { REFRESH_MS, startListCause } from "/static/parts/start_list.js";
import { readDifference } from "/static/parts/wall_clock.js";

/** Facts come in bursts: what follows from them is read once they have settled. */
const QUIET_MS = 400;

/** Keeps `atMs`, the next heat's instant on this device's calendar; null where none is planned. */
export class NextStart {
  atMs = null;
  #cause = "";
  #timer = null;
  #clock = null;
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  start(viewNow) {
    this.#clock = setInterval(() => this.#load(viewNow()), REFRESH_MS);
  }

  stop() {
    clearInterval(this.#clock);
    clearTimeout(this.#timer);
  }

  /** Reads anew where the document says that who comes next, or when, may be another. */
  follow(view) {
    const cause = view === null ? "" : startListCause(view);
    if (cause === this.#cause) return;
    this.#cause = cause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(view), QUIET_MS);
  }

  async #load(view) {
    const next = view === null ? undefined : queueRows(view)[0];
    try {
      this.#set(next === undefined ? null : await instantOf(view.event_id, next));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#set(null); // the page says where contact is lost; a wrong countdown would be worse
    }
  }

  #set(atMs) {
    if (this.atMs === atMs) return;
    this.atMs = atMs;
    this.#onChange();
  }
}

async function instantOf(eventId, { heat_id: heatId, stage_id: stageId }) {
  if (stageId === null) return null;
  const list = await read(`/events/${eventId}/stages/${stageId}/start-list`);
  const row = list.heats.find((heat) => heat.heat_id === heatId);
  const utc = row?.expected_utc ?? row?.planned_utc ?? null;
  if (utc === null) return null;
  const { aheadMs } = await readDifference();
  return Date.parse(utc) - Math.round(aheadMs);
}
