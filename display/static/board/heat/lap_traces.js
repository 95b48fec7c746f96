// Remembers where cars were, so that the best laps' ways are known when others are held against them.

import { RaceClock, localNowUs } from "/static/race_clock.js";
import { TrackLine, wayOf } from "/static/board/heat/track_line.js";

const KEPT_US = 180_000_000;
const LAPS_KEPT = 200;
/** A lap is known whole where it was seen from its first moments on, without a hole. */
const HOLE_US = 700_000;

const isWhole = (way, durationUs) =>
  way.length > 1 &&
  [[0, 0], ...way, [durationUs, 1]].every(
    ([us], at, all) => at === 0 || us - all[at - 1][0] <= HOLE_US,
  );

/** Follows a feed's positions and laps; the browser's own memory, gone with the page. */
export class LapTraces {
  #feed;
  #line = null;
  #told = "";
  #clock = new RaceClock();
  #newestUs = 0;
  #samples = new Map();
  #ways = new Map();
  #heatId = null;
  #closed = new Set();

  constructor(feed) {
    this.#feed = feed;
    feed.addEventListener("report", ({ detail }) => this.#take(detail));
    feed.addEventListener("change", () => this.#closeLaps(feed.view));
  }

  /** The way of a lap that was seen whole; null of any other. */
  wayOfLap(passRef) {
    return this.#ways.get(passRef) ?? null;
  }

  /** The way of a car's lap under way so far. */
  wayUnderWay(carId, openedUs) {
    return openedUs === null ? [] : wayOf(this.#samples.get(carId) ?? [], openedUs);
  }

  #take({ kind, message }) {
    if (kind === "track") this.#takeTrack(message);
    if (kind !== "positions" || this.#line === null) return;
    const monoUs = message.mono_ns / 1000;
    const localUs = localNowUs();
    if (monoUs < this.#newestUs) this.#clock.reset(); // the venue came up anew with another clock
    this.#newestUs = monoUs;
    this.#clock.observe(monoUs, localUs);
    const atUs = this.#feed.raceAtUs(this.#clock.localAt(monoUs));
    if (atUs === null) return;
    for (const car of message.cars) this.#keep(car, atUs);
  }

  /** What was driven on another track is held against nothing here. */
  #takeTrack(track) {
    const told = JSON.stringify(track);
    if (told === this.#told) return;
    this.#told = told;
    this.#line = track === null ? null : new TrackLine(track);
    this.#samples.clear();
    this.#ways.clear();
  }

  #keep({ car_id: carId, x_m: x, y_m: y }, atUs) {
    const samples = this.#samples.get(carId) ?? [];
    samples.push([atUs, this.#line.fracOf(x, y)]);
    while (samples[0][0] < atUs - KEPT_US) samples.shift();
    this.#samples.set(carId, samples);
  }

  #closeLaps(view) {
    const heat = view?.heat ?? null;
    if (heat === null) return;
    if (heat.heat_id !== this.#heatId) this.#closed.clear();
    this.#heatId = heat.heat_id;
    for (const lap of Object.values(heat.laps)) {
      if (this.#closed.has(lap.pass_ref)) continue;
      this.#closed.add(lap.pass_ref);
      const openedUs = lap.closed_us - lap.duration_us;
      const way = wayOf(this.#samples.get(lap.car_id) ?? [], openedUs, lap.closed_us);
      if (!isWhole(way, lap.duration_us)) continue;
      this.#ways.set(lap.pass_ref, way);
      if (this.#ways.size > LAPS_KEPT) this.#ways.delete(this.#ways.keys().next().value);
    }
  }
}
