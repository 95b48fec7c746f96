// What happens in a heat as one thing each, with a name of its own so that none is told twice.

/** Older news stay untold: a screen that was away for long shall not tell old stories. */
const FRESH_US = 30_000_000;

/** Kinds that come by the dozen: told where nothing else is, and at once displaced. */
const ROUTINE = ["OffTrackMarked", "ResetMarked"];
const ABOUT_PASSES = ["PassInserted", "PassReassigned", "PassRestored", "PassVoided"];
/** Why a lap doesn't count without anybody's ruling; a disqualification is a ruling itself. */
const TOLD_FAULTS = ["incidents", "paused", "two_boots"];
const GOOD = ["LapRestored", "LapCredited", "WindowExtended"];

const kindTold = (kind) => (ABOUT_PASSES.includes(kind) ? "passes" : kind);

/** How a ruling is worded: a code of `told`, more exact where the kind alone says too little. */
function codeOf(ruling, kind) {
  if (kind === "ProtestDecided" || (kind === "FalseStartRuled" && ruling.outcome !== null))
    return `${kind}_${ruling.outcome}`;
  const isLap = kind === "LapVoided" || kind === "LapRestored";
  return isLap && ruling.lap_number === null ? `${kind}_unnumbered` : kindTold(kind);
}

function toneOf(ruling, kind) {
  if (ruling.kind === "RulingReversed" || GOOD.includes(kind)) return "good";
  return ROUTINE.includes(kind) ? "plain" : "ruling";
}

function ofRuling(ruling) {
  const kind = ruling.reversed_kind ?? ruling.kind;
  return {
    id: `ruling:${ruling.ruling_id}`,
    atUs: ruling.made_us,
    code: codeOf(ruling, kind),
    isTakenBack: ruling.kind === "RulingReversed",
    isRoutine: ROUTINE.includes(kind),
    tone: toneOf(ruling, kind),
    entryId: ruling.entry_id,
    lapNumber: ruling.lap_number,
    us: ruling.value_us,
    outcome: ruling.outcome,
    reason: ruling.reason,
  };
}

const plainOf = (id, atUs, code, tone, entryId, more = {}) => ({
  id,
  atUs,
  code,
  isTakenBack: false,
  isRoutine: false,
  tone,
  entryId,
  lapNumber: null,
  us: null,
  outcome: null,
  reason: "",
  ...more,
});

const lapFaults = (heat) =>
  Object.values(heat.laps)
    .filter((lap) => TOLD_FAULTS.includes(lap.invalid))
    .map((lap) =>
      plainOf(
        `lap:${lap.pass_ref}:${lap.invalid}`,
        lap.closed_us,
        `lap_${lap.invalid}`,
        "ruling",
        lap.entry_id ?? heat.entry_id,
        { lapNumber: lap.number },
      ),
    );

const falseStarts = (heat) =>
  Object.values(heat.runs).flatMap((run) =>
    run.false_starts
      .filter((start) => (start.ruling_id ?? null) === null)
      .map((start) =>
        plainOf(`false:${start.pass_ref}`, heat.started_us, "false_start", "ruling", run.entry_id, {
          us: start.early_us,
        }),
      ),
  );

/** All that the document can tell of, whether it was told or not. */
export function happenings(view) {
  const { heat } = view;
  const rulings = Object.values(view.rulings)
    .filter((ruling) => ruling.kind !== "RulingReversed" || ruling.reversed_kind !== null)
    // Where a model broke off before people, the heat itself says who starts again.
    .filter((ruling) => ruling.kind !== "RunRestarted" || !heat?.is_virtual)
    .map(ofRuling);
  return heat === null ? rulings : [...rulings, ...lapFaults(heat), ...falseStarts(heat)];
}

/** Racing goes on: the yellow flag is in, or the pause is over; else null. */
export function goingOn(before, after, nowUs) {
  const [was, is] = [before?.heat ?? null, after.heat];
  if (was === null || is === null || was.heat_id !== is.heat_id || is.phase !== "running")
    return null;
  const isOver = was.phase === "paused" || (was.flag === "yellow" && is.flag === "green");
  if (!isOver) return null;
  return plainOf(`green:${is.heat_id}:${nowUs}`, nowUs, "green", "good", null);
}

/**
 * What wasn't told yet, the oldest first. `told` holds the ids that were, and gains these: whoever
 * opens the page (`before` null) or comes to another event is told nothing of what was before.
 */
export function freshNews(told, before, after, nowUs) {
  const all = happenings(after);
  const isNewcomer = before === null || before.event_id !== after.event_id;
  const fresh = isNewcomer
    ? []
    : all.filter((each) => !told.has(each.id) && nowUs - each.atUs <= FRESH_US);
  if (isNewcomer) told.clear();
  for (const each of all) told.add(each.id);
  const goes = isNewcomer ? null : goingOn(before, after, nowUs);
  return [...fresh, ...(goes === null ? [] : [goes])].sort(
    (left, right) => left.atUs - right.atUs,
  );
}
