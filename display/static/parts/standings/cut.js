// How an entry stands to the cut: whether it goes on, and what it is away from the line.

import { html, nothing } from "lit";
import { gap, lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";

/** An entry at the cut, null where the stage leads nowhere or the entry isn't at it. */
export const cutEntry = (view, entryId) => view.cut?.entries[entryId] ?? null;

/** How many go on. */
export const goingOn = (cut) =>
  Object.values(cut.entries).filter((each) => each.way !== null).length;

const hasDistance = (at) =>
  at.distance_us !== null || at.distance_laps !== null || at.distance_points !== null;

const signed = (count) => (count < 0 ? `−${-count}` : `+${count}`);

/** The distance to the line with its sign, "" where there is none: "+0.482", "−2 laps". */
export function cutDistance(at) {
  if (at.distance_points !== null) return t("cut.points", { points: signed(at.distance_points) });
  if (at.distance_laps !== null) return t("cut.laps", { laps: signed(at.distance_laps) });
  return at.distance_us === null ? "" : gap(at.distance_us);
}

/** "0.482 s to Final", "2 laps to Final", for one who is out. */
function missing(cut, at) {
  const { title } = cut;
  if (at.distance_points !== null)
    return t("cut.missing_points", { points: at.distance_points, title });
  if (at.distance_laps !== null) return t("cut.missing_laps", { laps: at.distance_laps, title });
  return t("cut.missing_time", { time: lapTime(at.distance_us), title });
}

/** One sentence on how an entry stands to the cut: for the one on track, and for screen readers. */
export function cutSentence(cut, at) {
  if (at.way !== null) return t("cut.goes_on", { title: cut.title });
  return hasDistance(at) ? missing(cut, at) : t("cut.is_out", { title: cut.title });
}

/** What one who goes on may lose: "0.231 s to spare"; "" for who is out or has no distance. */
export function cutMargin(at) {
  if (at.way === null || !hasDistance(at)) return "";
  if (at.distance_points !== null) return t("cut.spare_points", { points: -at.distance_points });
  if (at.distance_laps !== null) return t("cut.spare_laps", { laps: -at.distance_laps });
  return t("cut.spare_time", { time: lapTime(-at.distance_us) });
}

/** The glyph of who goes on, and "=" where two are equal at the line; nothing for who is out. */
export const cutGlyph = (at) =>
  html`${at.way === null ? nothing : html`<span class="cut__in" aria-hidden="true">✓</span>`}${
    at.is_equal ? html`<span class="cut__equal" aria-hidden="true">=</span>` : nothing
  }`;
