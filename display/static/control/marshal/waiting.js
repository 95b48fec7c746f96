// What waits for a marshal in the live document, so that every tab can say so.

const UNASSIGNED = ["unknown_entry", "other_lane", "double_identity"];
const UNDER_WAY = ["running", "paused"];

/** How many passes of the heat under way are nobody's yet. */
export function waitingPasses(view) {
  const heat = view?.heat ?? null;
  if (heat === null || !UNDER_WAY.includes(heat.phase)) return 0;
  return Object.values(heat.passes).filter((pass) => UNASSIGNED.includes(pass.verdict)).length;
}
