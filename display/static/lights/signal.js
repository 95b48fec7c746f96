// What the start lights show and sound at an instant: pure functions of the document and the clock.

import { GO_US, LAMPS, US_PER_LAMP } from "/static/board/heat/start_lights.js";
import { isBeforeGo, isOnTrack, isUnderWay, openPause } from "/static/view_model.js";

/** How long the end of a heat is shown before the next one's drivers are. */
const OVER_US = 20_000_000;
/** What asks everybody to stop; a timeout or a pause only holds the clocks. */
const RED_CAUSES = ["red_flag", "e_stop"];

/** Whether the heat has a go that all wait for; else each car's first pass starts its own time. */
export const hasGo = (heat) => heat.lights_us !== null || heat.start_mode === "hand";

function signalUnderWay(heat, nowUs) {
  if (isBeforeGo(heat, nowUs)) return "lamps";
  const pause = openPause(heat);
  if (pause !== null) return RED_CAUSES.includes(pause.cause) ? "red" : "held";
  if (heat.flag === "yellow") return "yellow";
  const isFresh = hasGo(heat) && nowUs < heat.started_us + GO_US;
  return isFresh ? "go" : "green";
}

/**
 * One of `lost`, `none` (no event), `red`, `lamps` (on, or coming on), `go`, `green`, `yellow`,
 * `held`, `ready` (armed), `called`, `over`, `idle`. Without contact nothing is shown but that: a go
 * may have been called off meanwhile.
 */
export function signalOf(view, nowUs, hasContact) {
  if (!hasContact) return "lost";
  if (view === null || nowUs === null) return "none";
  if ((view.stop ?? null) !== null) return "red";
  const { heat } = view;
  if (isUnderWay(heat)) return signalUnderWay(heat, nowUs);
  if (isOnTrack(view)) return heat.phase === "armed" ? "ready" : "called";
  const isFresh = heat?.phase === "finished" && nowUs < (heat.ended_us ?? 0) + OVER_US;
  return isFresh ? "over" : "idle";
}

function startCues(heat) {
  const { heat_id: id, lights_us: lightsUs, started_us: goUs } = heat;
  if (goUs === null || !hasGo(heat)) return [];
  const go = { id: `${id}:${goUs}:go`, kind: "go", atUs: goUs };
  if (lightsUs === null) return [go];
  const lamps = Array.from({ length: LAMPS }, (_, at) => lightsUs + at * US_PER_LAMP);
  const cues = lamps.map((atUs, at) => ({ id: `${id}:${goUs}:${at}`, kind: "lamp", atUs }));
  return [...cues.filter((cue) => cue.atUs < goUs), go];
}

/** The sounds that the document asks for, each with its instant on the race clock. */
export function cuesOf(view) {
  if (view === null) return [];
  const { heat, stop = null } = view;
  const cues = heat === null ? [] : startCues(heat);
  const pause = openPause(heat);
  if (pause !== null && RED_CAUSES.includes(pause.cause))
    cues.push({ id: `red:${pause.from_us}`, kind: "red", atUs: pause.from_us });
  if (stop !== null) cues.push({ id: `stop:${stop.at_us}`, kind: "red", atUs: stop.at_us });
  if (heat?.phase === "finished" && heat.ended_us !== null)
    cues.push({ id: `${heat.heat_id}:over`, kind: "over", atUs: heat.ended_us });
  return cues;
}

/** Passes before the go that stand: those that a marshal hasn't judged yet, or gave time for. */
export const falseStarts = (heat) =>
  Object.values(heat?.runs ?? {}).flatMap((run) =>
    run.false_starts
      .filter((each) => (each.ruling_id ?? null) === null || each.penalty_us > 0)
      .map((each) => ({ ...each, entry_id: run.entry_id })),
  );
