// One sentence for each thing that happens, for people who only watch.

import { gap, lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";

/** Names keep their own direction of writing inside a sentence. */
const isolated = (text) => `\u2068${text}\u2069`;

const TAKES = ["LapCredited", "WindowExtended", "false_start"];

function timeOf(item) {
  if (item.us === null) return "";
  return TAKES.includes(item.code) ? lapTime(item.us) : gap(item.us);
}

/** "Lap 4 of Turbo Tester void", "Taken back: …". */
export function newsSentence(view, item) {
  const what = tCode("told", item.code, {
    name: item.entryId === null ? "" : isolated(entryOf(view, item.entryId).name),
    number: item.lapNumber ?? "",
    time: timeOf(item),
    outcome: item.outcome === null ? "" : tCode("outcome", item.outcome),
  });
  return item.isTakenBack ? t("news.taken_back", { what }) : what;
}
