// The heats of an event that were driven, from which the pages of laps let people choose.

import { read } from "/static/api.js";

const DRIVEN = new Set(["running", "paused", "finished", "abandoned"]);

/** The newest first, each with its stage's `title`. */
export async function drivenHeats(eventId) {
  const [heats, stages] = await Promise.all([
    read(`/events/${eventId}/heats`),
    read(`/events/${eventId}/stages`),
  ]);
  const titles = new Map(stages.map((stage) => [stage.stage_id, stage.title]));
  return heats
    .filter((heat) => DRIVEN.has(heat.phase))
    .map((heat) => ({ ...heat, title: titles.get(heat.stage_id) ?? "" }))
    .toReversed();
}
