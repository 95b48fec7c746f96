// Creates a whole event, command by command, so that a second try goes on where the first ended.

import { command, newKey, read } from "/static/api.js";
import { newCarId } from "/static/control/ids.js";

/** Cuts the typed lists into names: one per line, empty lines don't count. */
export const namesOf = (text) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/**
 * Sends the same command under the same key every time, so that what was done before an error is
 * not done twice when the person tries again.
 */
export class SetUp {
  #keys = new Map();

  #send(step, path, body) {
    const place = `${step} ${path} ${JSON.stringify(body)}`;
    if (!this.#keys.has(place)) this.#keys.set(place, newKey());
    return command(path, body, { key: this.#keys.get(place) });
  }

  /**
   * `plan`: name, time_zone; title, preset, window_s, track_id of its stage; order and rounds_n of its heats;
   * drivers and cars as [name, colour]. Returns the event's id.
   */
  async run(plan) {
    const event = await this.#send("event", "/events", {
      name: plan.name,
      time_zone: plan.time_zone,
    });
    const path = `/events/${event.event_id}`;
    const stage = await this.#send("stage", `${path}/stages`, {
      title: plan.title,
      preset: plan.preset,
      window_s: Number(plan.window_s),
      ...(plan.track_id ? { track_id: plan.track_id } : {}),
    });
    await this.#send("open", `${path}/open`, {});
    const cars = await this.#cars(plan.cars);
    const entryIds = [];
    for (const [at, driver] of plan.drivers.entries()) {
      entryIds.push(await this.#enter(at, driver, path));
    }
    if (entryIds.length === 0) return event.event_id;
    const rounds = { order: plan.order, rounds_n: plan.rounds_n };
    await this.#send("rounds", `${path}/stages/${stage.stage_id}/rounds`, rounds);
    if (cars.length > 0) await this.#equip(entryIds, cars, path);
    return event.event_id;
  }

  /** A car that the server knows by its name is the same car: its device has its id already. */
  async #cars(cars) {
    if (cars.length === 0) return [];
    const known = await read("/cars");
    for (const [name, colour] of cars) {
      if (known.some((car) => car.name === name)) continue;
      const taken = known.map((car) => car.car_id);
      const body = { car_id: newCarId(name, taken), name, colour };
      known.push({ ...(await this.#send("car", "/cars", body)), name });
    }
    return cars.map(([name]) => known.find((car) => car.name === name).car_id);
  }

  async #enter(at, [name, colour], path) {
    const driver = await this.#send(`driver ${at}`, "/drivers", { name, colour });
    const body = { driver_ids: [driver.driver_id] };
    return (await this.#send(`entry ${at}`, `${path}/entries`, body)).entry_id;
  }

  /** The cars take turns in the order of the drivers; each driver keeps theirs in every round. */
  async #equip(entryIds, cars, path) {
    for (const heat of await read(`${path}/heats`)) {
      const [entryId] = heat.entry_ids;
      const car = cars[entryIds.indexOf(entryId) % cars.length];
      const body = { entry_id: entryId, car_id: car, model_sha256: null };
      await this.#send("equip", `${path}/heats/${heat.heat_id}/equip`, body);
    }
  }
}
