// Where laps come from: heats of the event, and logs that one brought; and how each is asked for.

import { read } from "/static/api.js";

export const NOBODY = { source: null, entryId: null, lap: null, heat: null, run: null, curves: null };

const HEAT = "heat:";
const LOG = "log:";

export const ofHeat = (heatId) => `${HEAT}${heatId}`;
export const ofLog = (logId) => `${LOG}${logId}`;
export const logOf = ({ source }) => (source?.startsWith(LOG) ? source.slice(LOG.length) : null);
export const heatOf = ({ source }) => (source?.startsWith(HEAT) ? source.slice(HEAT.length) : null);

/** Where the interface has a pick's run, null where none is picked. */
export function pathOf(eventId, pick) {
  const logId = logOf(pick);
  if (logId !== null) return `/training-logs/${logId}`;
  if (heatOf(pick) === null || pick.entryId === null) return null;
  return `/events/${eventId}/heats/${heatOf(pick)}/runs/${pick.entryId}`;
}

/** A pick as the query of another lap's delta. */
export function asOther(eventId, pick) {
  const asked = new URLSearchParams({ other_lap: pick.lap });
  const logId = logOf(pick);
  if (logId !== null) asked.set("other_log", logId);
  else {
    asked.set("other_event", eventId);
    asked.set("other_heat", heatOf(pick));
    asked.set("other_entry", pick.entryId);
  }
  return asked;
}

/** The lap that somebody wants first: the best that counts, else one that was recorded, else any. */
function firstLap(run) {
  const recorded = run.laps.find((lap) => lap.is_recorded) ?? run.laps[0];
  return run.best_lap ?? recorded?.number ?? null;
}

/** The best lap of a run beside another one: the best, or the next best where that is it already. */
export function lapBeside(run, number) {
  const others = run.laps.filter((lap) => lap.number !== number && lap.is_recorded && lap.invalid === null);
  return others.toSorted((one, other) => one.duration_us - other.duration_us)[0]?.number ?? null;
}

/** Drivers first who have something recorded of that heat. */
export const runsOf = (heat) =>
  (heat?.runs ?? [])
    .filter((run) => run.laps.length > 0)
    .toSorted((one, other) => Number(other.records.length > 0) - Number(one.records.length > 0));

/**
 * Reads what a pick means: its run's analysis and its lap's curves; what isn't said is chosen.
 * `known` keeps answers by path, so that nothing is asked for twice.
 */
export async function complete(eventId, pick, known) {
  const found = { ...pick };
  const once = async (path) => {
    if (!known.has(path)) known.set(path, await read(path));
    return known.get(path);
  };
  if (heatOf(found) !== null) {
    found.heat = await once(`/events/${eventId}/heats/${heatOf(found)}/replay`);
    const runs = runsOf(found.heat);
    const own = runs.find((run) => run.records.some((record) => record.is_own));
    const chosen = runs.find((run) => run.entry_id === found.entryId) ?? own ?? runs[0];
    found.entryId = chosen?.entry_id ?? null;
    found.driver = chosen ?? null;
  } else {
    Object.assign(found, { heat: null, entryId: null, driver: null });
  }
  const path = pathOf(eventId, found);
  if (path === null) return { ...found, run: null, lap: null, curves: null };
  found.run = await once(`${path}/analysis`);
  const has = found.run.laps.some((lap) => lap.number === found.lap);
  if (!has) found.lap = firstLap(found.run);
  found.curves = found.lap === null ? null : await once(`${path}/laps/${found.lap}/curves`);
  return found;
}
