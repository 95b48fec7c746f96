// Gives the live document its nulls back: on the wire an absent key means null.

const NULLABLE = {
  view: ["stage", "cut", "matches", "heat", "overall_best_us", "stop"],
  heat: [
    "car_id",
    "model_sha256",
    "started_us",
    "window_opens_us",
    "window_closes_us",
    "lap_opened_us",
    "ended_us",
    "end_reason",
    "entry_id",
    "stage_id",
    "rerun_of",
    "armed_us",
    "lights_us",
  ],
  entry: ["region", "class_name", "picture", "spoken"],
  run: [
    "car_id",
    "model_sha256",
    "lane",
    "place",
    "gap_us",
    "gap_laps",
    "interval_us",
    "interval_laps",
    "best_us",
    "last_us",
    "window_opens_us",
    "window_closes_us",
    "lap_opened_us",
    "status",
    "ideal_us",
    "speed",
    "top_speed",
    "held",
  ],
  pause: ["until_us", "due_us", "entry_id"],
  pass: ["entry_id"],
  lap: ["car_id", "model_sha256", "void_ruling_id", "entry_id", "invalid", "top_speed"],
  standing: [
    "value_us",
    "value_laps",
    "best_lap_us",
    "gap_us",
    "gap_laps",
    "interval_us",
    "interval_laps",
    "decided_by",
    "best_car_id",
    "best_model_sha256",
    "value_points",
    "gap_points",
    "interval_points",
    "status",
    "team_id",
  ],
  cut: ["from_stage_id", "line_after"],
  match_side: ["entry_id", "seed", "from_match", "value_us", "value_laps"],
  cut_entry: [
    "way",
    "rival_entry_id",
    "distance_us",
    "distance_laps",
    "distance_points",
    "seed",
    "replaces",
    "replaced_by",
    "reason",
  ],
  queue: ["car_id", "entry_id", "stage_id", "rerun_of", "planned_utc"],
  ruling: [
    "subject",
    "reversed_kind",
    "heat_id",
    "heat_number",
    "entry_id",
    "lap_number",
    "elapsed_us",
    "value_us",
    "outcome",
  ],
};

const nulls = Object.fromEntries(
  Object.entries(NULLABLE).map(([kind, keys]) => [
    kind,
    Object.fromEntries(keys.map((key) => [key, null])),
  ]),
);

const complete = (kind, value) => ({ ...nulls[kind], ...value });

const completeEach = (kind, map) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, complete(kind, value)]));

const completeHeat = (heat) => ({
  ...complete("heat", heat),
  runs: completeEach("run", heat.runs),
  pauses: heat.pauses.map((pause) => complete("pause", pause)),
  laps: completeEach("lap", heat.laps),
  passes: completeEach("pass", heat.passes),
});

/** Who goes on, as `CutView` has it, from the document or from an address of its own. */
export const completeCut = (cut) => ({
  ...complete("cut", cut),
  entries: completeEach("cut_entry", cut.entries),
});

const completeMatch = (match) => ({
  ...match,
  sides: match.sides.map((side) => complete("match_side", side)),
});

const completeMatches = (matches) =>
  Object.fromEntries(Object.entries(matches).map(([name, match]) => [name, completeMatch(match)]));

/** The document as `EventView` has it; patches apply to what came over the wire, not to this. */
export function completeView(wire) {
  return {
    ...complete("view", wire),
    heat: wire.heat ? completeHeat(wire.heat) : null,
    entries: completeEach("entry", wire.entries),
    standings: completeEach("standing", wire.standings),
    cut: wire.cut ? completeCut(wire.cut) : null,
    matches: wire.matches ? completeMatches(wire.matches) : null,
    queue: completeEach("queue", wire.queue),
    rulings: completeEach("ruling", wire.rulings),
    references: wire.references ?? {},
  };
}
