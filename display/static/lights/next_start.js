// When the next heat is expected to begin, by the server's own calendar.

import { read } from "/static/api.js";
import { queueRows } from "/static/view_model.js";
import { Followed } from "/static/parts/followed.js";
import { REFRESH_MS, startListCause } from "/static/parts/standings/start_list.js";
import { readDifference } from "/static/parts/clocks/wall_clock.js";

/** Keeps `atMs`, the next heat's instant on this device's calendar; null where none is planned. */
export class NextStart {
  #followed;
  #clock = null;

  constructor(onChange) {
    this.#followed = new Followed(instantOfNext, onChange);
  }

  get atMs() {
    return this.#followed.value ?? null;
  }

  start() {
    this.#clock = setInterval(() => this.#followed.refresh(), REFRESH_MS);
  }

  stop() {
    clearInterval(this.#clock);
    this.#followed.stop();
  }

  follow(view) {
    if (view === null) this.#followed.forget();
    else this.#followed.follow(startListCause(view), view);
  }
}

async function instantOfNext(view) {
  const next = queueRows(view)[0] ?? null;
  if (next === null || next.stage_id === null) return null;
  const path = `/events/${view.event_id}/stages/${next.stage_id}/start-list`;
  const row = (await read(path)).heats.find((heat) => heat.heat_id === next.heat_id);
  const utc = row?.expected_utc ?? row?.planned_utc ?? null;
  if (utc === null) return null;
  const { aheadMs } = await readDifference();
  return Date.parse(utc) - Math.round(aheadMs);
}
