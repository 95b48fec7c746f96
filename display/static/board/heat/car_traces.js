// What each car did in the last seconds: speed, steering and throttle, as its reports told.

import { localNowUs } from "/static/race_clock.js";

/** How much is drawn, and how far behind now: a report tells of the second before it. */
export const SPAN_US = 10_000_000;
export const BEHIND_US = 1_300_000;
const KEPT_US = SPAN_US + 2 * BEHIND_US;
/** A hole that is longer is no line. */
const HOLE_US = 1_600_000;

/**
 * `[x, y]` points of samples (`[us, value]`), in lines without holes, in a box of 100 × 100 whose
 * right edge is `nowUs`; values from `low` to `high` go up. Pure.
 */
export function linesOf(samples, nowUs, low, high) {
  const lines = [];
  let lastUs = -Infinity;
  for (const [us, value] of samples) {
    if (us < nowUs - SPAN_US || us > nowUs) continue;
    if (us - lastUs > HOLE_US) lines.push([]);
    lastUs = us;
    const share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
    lines.at(-1).push([100 * (1 - (nowUs - us) / SPAN_US), 100 * (1 - share)]);
  }
  return lines.filter((line) => line.length > 1);
}

const KINDS = ["speed", "steering", "throttle"];

/** Follows a feed's telemetry and positions; places come oftener than telemetry, where there are any. */
export class CarTraces {
  #cars = new Map();

  constructor(feed) {
    feed.addEventListener("report", ({ detail: { kind, message } }) => {
      if (kind === "positions") for (const car of message.cars) this.#position(car);
      if (kind === "telemetry") this.#telemetry(message);
    });
  }

  /** Samples (`[us by this screen's clock, value]`) of one kind, the oldest first. */
  of(carId, kind) {
    return this.#cars.get(carId)?.[kind] ?? [];
  }

  #position({ car_id: carId, speed_mps: speed }) {
    const car = this.#carOf(carId);
    car.hasPositions = true;
    this.#add(car.speed, localNowUs(), speed);
  }

  #telemetry({ car_id: carId, telemetry }) {
    if (telemetry == null) return;
    const car = this.#carOf(carId);
    const nowUs = localNowUs();
    if (!car.hasPositions && telemetry.speed_mps != null) this.#add(car.speed, nowUs, telemetry.speed_mps);
    for (const each of telemetry.actions ?? []) {
      const atUs = nowUs - each.age_ms * 1000;
      this.#add(car.steering, atUs, each.steering_frac);
      this.#add(car.throttle, atUs, each.throttle_frac);
    }
  }

  #carOf(carId) {
    const known = this.#cars.get(carId);
    if (known !== undefined) return known;
    const car = Object.fromEntries(KINDS.map((kind) => [kind, []]));
    this.#cars.set(carId, car);
    return car;
  }

  /** Reports overlap: what was told before isn't told again. */
  #add(samples, us, value) {
    if (samples.length > 0 && us <= samples.at(-1)[0]) return;
    samples.push([us, value]);
    while (samples[0][0] < us - KEPT_US) samples.shift();
  }
}
