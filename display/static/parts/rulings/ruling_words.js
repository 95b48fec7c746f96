// A ruling in words: what was ruled, about whom, in which heat, at which lap or instant, by how much.

import { lapTime, runningTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";

/** What kind of ruling it is; a reversal also says what kind it took back. */
export function rulingTitle(ruling) {
  const kind = tCode("ruling", ruling.kind);
  const by = worth(ruling);
  const named = by === null ? kind : `${kind} (${by})`;
  if (ruling.reversed_kind === null) return named;
  return `${kind}: ${tCode("ruling", ruling.reversed_kind)}${by === null ? "" : ` (${by})`}`;
}

/** The time or the outcome of a ruling that has one, else null. */
function worth(ruling) {
  if ((ruling.outcome ?? null) !== null) return tCode("outcome", ruling.outcome);
  if ((ruling.value_us ?? null) === null) return null;
  const kind = ruling.reversed_kind ?? ruling.kind;
  return `${kind === "LapCredited" ? "" : "+"}${lapTime(ruling.value_us)}`;
}

function lapOrInstant(ruling) {
  if (ruling.lap_number !== null) return t("laps.number", { number: ruling.lap_number });
  if (ruling.elapsed_us === null) return null;
  return t("control.at", { time: runningTime(ruling.elapsed_us) });
}

/** Whom and what it is about, "" where that isn't known. */
export function rulingSubject(view, ruling) {
  if (ruling.entry_id === null) return "";
  return [
    entryOf(view, ruling.entry_id).name,
    ruling.heat_number === null ? null : t("control.heat", { number: ruling.heat_number }),
    lapOrInstant(ruling),
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

const LOOKS_LIKE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who ruled; a driver, known to the log by an id, only ever speaks for the own entry. */
export const rulingAuthor = (view, ruling) =>
  ruling.entry_id && LOOKS_LIKE_ID.test(ruling.actor)
    ? entryOf(view, ruling.entry_id).name
    : ruling.actor;

/** One line that names the ruling, as for what 'undo' took back. */
export const rulingSentence = (view, ruling) =>
  [rulingTitle(ruling), rulingSubject(view, ruling)].filter((part) => part !== "").join(" · ");
