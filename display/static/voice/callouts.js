// What a voice says of the step from one document to the next: laps, bests, starts, ends, next up.

import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { entryOf, newOverallBest, queueRows, runRows } from "/static/view_model.js";
import { freshNews } from "/static/board/news/happenings.js";
import { newsSentence } from "/static/board/news/news_words.js";

const US_PER_S = 1_000_000;

/** The kinds that can be switched off, in the order in which they are offered. */
export const KINDS = ["laps", "bests", "heats", "rulings"];

/** A name as it is to be read; without the marks that keep its direction on a screen. */
export const spokenName = (view, entryId) => {
  const entry = entryOf(view, entryId);
  return entry.spoken ?? entry.name;
};

/** A time as a voice reads it: "9.482", "1 minute 2.345". */
export function spokenTime(us) {
  const minutes = Math.floor(us / (60 * US_PER_S));
  if (minutes === 0) return lapTime(us);
  return t("voice.minutes", { minutes, seconds: lapTime(us - minutes * 60 * US_PER_S) });
}

const spokenNames = (view, entryIds) => entryIds.map((each) => spokenName(view, each)).join(", ");

function laps(before, after) {
  if (after.heat === null) return [];
  const was = before.heat?.heat_id === after.heat.heat_id ? before.heat.laps : {};
  const best = newOverallBest(before, after);
  return Object.values(after.heat.laps)
    .filter((lap) => was[lap.pass_ref] === undefined && lap.state === "valid")
    .map((lap) => {
      const isBest = best?.pass_ref === lap.pass_ref;
      const params = {
        name: spokenName(after, lap.entry_id ?? after.heat.entry_id),
        number: lap.number,
        time: spokenTime(lap.duration_us),
      };
      return isBest
        ? { kind: "bests", text: t("voice.best", params) }
        : { kind: "laps", text: t(lap.is_personal_best ? "voice.own_best" : "voice.lap", params) };
    });
}

const namesOfHeat = (view) => spokenNames(view, runRows(view).map((run) => run.entry.entry_id));

function overOf(view) {
  const first = runRows(view).find((run) => run.best_us !== null);
  if (first === undefined) return t("voice.over_nothing");
  const params = { name: spokenName(view, first.entry.entry_id), time: spokenTime(first.best_us) };
  return t("voice.over", params);
}

function nextOf(view) {
  const [next] = queueRows(view);
  if (next === undefined || next.is_practice || next.entries.length === 0) return [];
  const names = spokenNames(view, next.entries.map((each) => each.entry_id));
  return [{ kind: "heats", text: t("voice.next", { names }) }];
}

function heats(before, after) {
  if (after.heat === null || after.heat.is_practice) return [];
  const wasPhase = before.heat?.heat_id === after.heat.heat_id ? before.heat.phase : null;
  const { phase } = after.heat;
  if (phase === wasPhase) return [];
  if (phase === "called")
    return [{ kind: "heats", text: t("voice.called", { names: namesOfHeat(after) }) }];
  if (phase === "finished" && wasPhase !== null)
    return [{ kind: "heats", text: overOf(after) }, ...nextOf(after)];
  return [];
}

/** Direction marks are for screens alone. */
const bare = (text) => text.replace(/[\u2066-\u2069]/g, "");

const rulings = (told, before, after, nowUs) =>
  freshNews(told, before, after, nowUs)
    .filter((item) => !item.isRoutine)
    .map((item) => ({ kind: "rulings", text: bare(newsSentence(after, item)) }));

/**
 * The call-outs in the order in which they are to be said. `told` is the caller's own set, by which
 * nothing is told twice; whoever opens the page in the middle hears nothing of what was before.
 */
export function callOuts(told, before, after, nowUs) {
  const news = rulings(told, before, after, nowUs);
  if (before === null || before.event_id !== after.event_id) return [];
  return [...laps(before, after), ...heats(before, after), ...news];
}
