// Pure functions from the live document to what a screen shows; they ask for nothing.

import { shownUs } from "/static/formatting.js";

export const ROWS_PER_PAGE = 12;

const byNumber = (left, right) => left.number - right.number;
const newestFirst = (left, right) => right.crossed_us - left.crossed_us;

/** An entry's name and colours, also when the document doesn't hold it (yet). */
export function entryOf(view, entryId) {
  return (
    view.entries[entryId] ?? {
      entry_id: entryId,
      number: 0,
      name: entryId ?? "",
      colour: "var(--stranger)",
    }
  );
}

export const carOf = (view, carId) => (carId ? (view.cars[carId] ?? null) : null);

/** The rows of the standings in order, each with its entry and whether it is on track now. */
export function standingsRows(view) {
  const onTrackIds = isOnTrack(view)
    ? [view.heat.entry_id, ...Object.keys(view.heat.is_practice ? {} : view.heat.runs)]
    : [];
  return Object.values(view.standings)
    .map((standing) => {
      const entry = entryOf(view, standing.entry_id);
      return { ...standing, entry, isOnTrack: onTrackIds.includes(standing.entry_id) };
    })
    .sort((left, right) => left.rank - right.rank || left.entry.number - right.entry.number);
}

/** The entries that wait for their first run of the stage, in the order of the queue. */
export function waitingEntries(view) {
  const seen = new Set(Object.values(view.standings).map((standing) => standing.entry_id));
  const isAtLine = ["called", "armed"].includes(view.heat?.phase);
  const called = isAtLine ? runRows(view).filter((run) => run.status === null) : [];
  const waiting = [];
  for (const entry of [called, ...queueRows(view).map((row) => row.entries)].flat()) {
    const { entry_id: entryId } = entry;
    if (entryId === null || seen.has(entryId)) continue;
    seen.add(entryId);
    waiting.push(entryOf(view, entryId));
  }
  return waiting;
}

/** How many pages the rows fill; the screen turns them by itself, since nothing may scroll. */
export const pageCount = (rows) =>
  rows.length <= ROWS_PER_PAGE ? 1 : Math.ceil((rows.length - 1) / (ROWS_PER_PAGE - 1));

/** The rows of one page; every page begins with the leader, so that gaps have their reference. */
export function pageOfRows(rows, page) {
  if (rows.length <= ROWS_PER_PAGE) return rows;
  const perPage = ROWS_PER_PAGE - 1;
  const first = 1 + (page % pageCount(rows)) * perPage;
  return [rows[0], ...rows.slice(first, first + perPage)];
}

const ON_TRACK = ["called", "armed", "running", "paused"];

/** Whether the heat on show is between its call and its end. */
export const isOnTrack = (view) => view.heat !== null && ON_TRACK.includes(view.heat.phase);

/** Whether the heat has begun and isn't over. */
export const isUnderWay = (heat) =>
  heat !== null && (heat.phase === "running" || heat.phase === "paused");

/** Whether the heat's lights are still on: its start lies ahead. */
export const isBeforeGo = (heat, nowUs) =>
  heat !== null && heat.lights_us !== null && heat.started_us !== null && nowUs < heat.started_us;

/** The pause that lasts, else null. */
export const openPause = (heat) =>
  heat?.phase === "paused" ? (heat.pauses.at(-1) ?? null) : null;

/** The runs of a heat: by place where they have one, then as they were planned. */
export const runRows = (view) =>
  Object.values(view.heat?.runs ?? {})
    .map((run, at) => ({ ...run, at, entry: entryOf(view, run.entry_id) }))
    .sort((left, right) => (left.place ?? 999) - (right.place ?? 999) || left.at - right.at);

/** Whether several entries race each other, or come and go, in the heat on show. */
export const hasField = (heat) =>
  heat !== null && (heat.is_practice || Object.keys(heat.runs).length > 1);

/**
 * Of two models that race each other, the colour of a run's car as the other's camera sees it: the
 * left one's or the right one's; null of any other run.
 */
export function gridColour(heat, carId) {
  if (heat === null || !heat.is_virtual || !hasField(heat)) return null;
  return carId === "virtual" ? "var(--car-left)" : "var(--car-right)";
}

/** All laps of a run so far, the first one first; by default of the run that stands for the heat. */
export const runLaps = (heat, entryId = heat.entry_id) =>
  Object.values(heat.laps)
    .filter((lap) => lap.entry_id === null || lap.entry_id === entryId)
    .sort(byNumber);

export const validLaps = (heat) => runLaps(heat).filter((lap) => lap.state === "valid");

/** The lap of the heat that closed last, whoever drove it; null before the first. */
export const newestLap = (heat) =>
  Object.values(heat.laps).reduce(
    (newest, lap) => (newest === null || lap.closed_us > newest.closed_us ? lap : newest),
    null,
  );

/** The lap that closed last, counted or not; null before the first. */
export const lastLap = (heat) => runLaps(heat).at(-1) ?? null;

/** What a lap counts: its time as it is shown, and what it was penalised by. */
const rankedUs = (lap) => shownUs(lap.duration_us) + (lap.penalty_us ?? 0);

/** The run's best counted lap, penalties included; null without one. */
export function bestLap(heat) {
  return validLaps(heat).reduce(
    (best, lap) => (best === null || rankedUs(lap) < rankedUs(best) ? lap : best),
    null,
  );
}

/** What the last lap counts less what the best one before it does; null without either. */
export function lastDeltaUs(heat) {
  const last = lastLap(heat);
  if (last === null || last.state !== "valid") return null;
  const before = validLaps(heat).filter((lap) => lap !== last);
  if (before.length === 0) return null;
  return rankedUs(last) - Math.min(...before.map(rankedUs));
}

/** The newest lap that still counts: what 'void a lap' strikes. */
export const newestValidLap = (heat) => validLaps(heat).at(-1) ?? null;

/** The newest pass that still counts: what 'void the last pass' strikes; null without one. */
export const newestCountedPass = (heat) =>
  Object.values(heat.passes)
    .filter((pass) => pass.verdict === "counted")
    .sort(newestFirst)[0] ?? null;

/** How a lap is coloured: 'overall' ◆, 'personal' ▲, 'slower' ●, or 'void' ✕. */
export function lapMark(lap) {
  if (lap.state === "void") return "void";
  if (lap.is_overall_best) return "overall";
  return lap.is_personal_best ? "personal" : "slower";
}

export const GLYPHS = { overall: "◆", personal: "▲", slower: "●", void: "✕" };

/** Microseconds since the lap under way began; null without one. It stands during a pause. */
export function lapClockUs(heat, nowUs) {
  if (!isUnderWay(heat) || heat.lap_opened_us === null) return null;
  return Math.max(0, (openPause(heat)?.from_us ?? nowUs) - heat.lap_opened_us);
}

/** What is left of the window: microseconds, the fraction still to come, and whether it closed. */
export function windowState(view, nowUs) {
  const { heat, stage } = view;
  const wholeUs = stage?.window_us ?? 0;
  if (!isUnderWay(heat) || heat.window_closes_us === null) {
    return { remainingUs: wholeUs, frac: 1, isOpen: false, isClosed: false };
  }
  const clockUs = Math.max(openPause(heat)?.from_us ?? nowUs, heat.window_opens_us ?? 0);
  const remainingUs = Math.max(0, heat.window_closes_us - clockUs);
  const frac = wholeUs > 0 ? Math.min(1, remainingUs / wholeUs) : 0;
  return { remainingUs, frac, isOpen: remainingUs > 0, isClosed: remainingUs === 0 };
}

/** Who takes part, in the order of their numbers. */
export const starters = (view) =>
  Object.values(view.entries)
    .filter((entry) => !entry.is_withdrawn)
    .sort(byNumber);

/** Everybody of a waiting heat; a practice, to which whoever comes may come, has its own plate. */
const entriesOf = (view, { entry_id: first, entry_ids: all = [] }) =>
  (all.length === 0 ? [first] : all).map((entryId) => entryOf(view, entryId));

/** The heats still to come, in order. */
export const queueRows = (view) =>
  Object.values(view.queue)
    .sort((left, right) => left.position - right.position || byNumber(left, right))
    .map((heat) => ({
      ...heat,
      entry: entryOf(view, heat.entry_id),
      entries: entriesOf(view, heat),
      car: carOf(view, heat.car_id),
    }));

/** The first three who have what the format ranks, for the podium. */
export const podiumRows = (view) =>
  standingsRows(view)
    .filter((row) => (row.value_us !== null || row.value_points !== null) && row.is_ranked)
    .slice(0, 3);

/** The passes of the heat, newest first, each with the lap that it closed. */
export const passRows = (heat) =>
  Object.values(heat.passes)
    .sort(newestFirst)
    .map((pass) => ({ ...pass, lap: heat.laps[pass.pass_ref] ?? null }));

/** The rulings, newest first. */
export const rulingRows = (view) =>
  Object.values(view.rulings).sort((left, right) => right.made_us - left.made_us);

/** The ruling of a kind about a subject that still stands, else undefined. */
export const standingRuling = (view, kind, subject) =>
  rulingRows(view).find(
    (ruling) => ruling.kind === kind && ruling.subject === subject && !ruling.is_reversed,
  );

/** The lap that beat the best of all between two documents of one event, else null. */
export function newOverallBest(before, after) {
  if (!before || before.event_id !== after.event_id || after.heat === null) return null;
  const improved =
    after.overall_best_us !== null &&
    before.overall_best_us !== null &&
    after.overall_best_us < before.overall_best_us;
  const lap = newestLap(after.heat);
  const isNew = lap !== null && before.heat?.laps[lap.pass_ref] === undefined;
  return improved && isNew && lap.is_overall_best ? lap : null;
}

/** Whether the last heat ended: its result is due before the podium. */
export const endsLastHeat = (before, after) =>
  before?.event_id === after.event_id && before.scene === "running" && after.scene === "podium";

/** One short sentence's worth of news for screen readers: a lap closed, or the scene changed. */
export function announcement(before, after) {
  if (!before || before.scene !== after.scene) return { key: "scene", code: after.scene };
  if (after.heat === null || after.heat.heat_id !== before.heat?.heat_id) return null;
  const lap = lastLap(after.heat);
  if (lap === null || before.heat.laps[lap.pass_ref] !== undefined) return null;
  return { key: "lap", lap };
}
