// Creates a whole event, command by command, so that a second try goes on where the first ended.

import { command, newKey, read } from "/static/api.js";
import { stageBody } from "/static/control/heats_card.js";
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

  /** `plan`: name, time_zone, title, window_s, drivers and cars as [name, colour]; returns the event's id. */
  async run(plan) {
    const event = await this.#send("event", "/events", {
      name: plan.name,
      time_zone: plan.time_zone,
    });
    const path = `/events/${event.event_id}`;
    const stage = await this.#send("stage", `${path}/stages`, stageBody(plan));
    await this.#send("open", `${path}/open`, {});
    const cars = await this.#cars(plan.cars);
    for (const [at, driver] of plan.drivers.entries()) {
      await this.#enter(at, driver, cars, path, stage.stage_id);
    }
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

  async #enter(at, [name, colour], cars, path, stageId) {
    const driver = await this.#send(`driver ${at}`, "/drivers", { name, colour });
    const entry = await this.#send(`entry ${at}`, `${path}/entries`, {
      driver_ids: [driver.driver_id],
    });
    const heatBody = { stage_id: stageId, entry_ids: [entry.entry_id] };
    const heat = await this.#send(`heat ${at}`, `${path}/heats`, heatBody);
    if (cars.length === 0) return;
    const equipBody = {
      entry_id: entry.entry_id,
      car_id: cars[at % cars.length],
      model_sha256: null,
    };
    await this.#send(`equip ${at}`, `${path}/heats/${heat.heat_id}/equip`, equipBody);
  }
}
