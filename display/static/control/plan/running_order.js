// What the running order still lacks: entries without a heat, and heats without a car.

import { starters } from "/static/view_model.js";

const counts = (heat) => heat.phase !== "abandoned";

/** Who may race and has no heat of the stage, driven or to come; `heats` are the event's. */
export function heatless(plan, heats, stageId) {
  const placed = new Set(
    heats.filter((heat) => heat.stage_id === stageId && counts(heat)).flatMap((heat) => heat.entry_ids),
  );
  return starters(plan).filter((entry) => !placed.has(entry.entry_id));
}

/** A driver's car of an earlier heat, null without one. */
const ownCar = (heats, entryId) =>
  heats.find((heat) => heat.entry_ids.includes(entryId) && heat.car_id !== null)?.car_id ?? null;

/**
 * The cars of heats that have none, as [heat, entry_id, car_id]: each driver keeps the own one, who
 * has none yet takes the next in turn. Heats of several cars are left to the organiser.
 */
export function carTurns(plan, heats, heatIds, cars) {
  const order = starters(plan).map((entry) => entry.entry_id);
  const turnOf = (entryId) => {
    // Who was let in behind this page's plan comes after those that it knows.
    if (!order.includes(entryId)) order.push(entryId);
    return cars[order.indexOf(entryId) % cars.length].car_id;
  };
  return heats
    .filter((heat) => heatIds.includes(heat.heat_id))
    .filter((heat) => heat.car_id === null && heat.entry_ids.length === 1)
    .map((heat) => {
      const [entryId] = heat.entry_ids;
      return [heat, entryId, ownCar(heats, entryId) ?? turnOf(entryId)];
    });
}
