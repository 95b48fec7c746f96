// What is said beside a lap or a row of results: why one doesn't count, what came on top of it.

import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { controlsText } from "/static/parts/laps/interventions.js";

/** "+2.000 penalty"; null without one. */
export const penaltyNote = (us) => (us ? t("paper.penalty", { time: lapTime(us) }) : null);

/** One text of those notes that there are. */
export const joined = (notes) => notes.filter((note) => note !== null).join(", ");

/** Everything about a lap that its time doesn't say; "" where there is nothing. */
export const lapNote = (lap) =>
  joined([
    lap.is_best ? t("paper.best") : null,
    lap.invalid === null ? null : tCode("lap_invalid", lap.invalid),
    lap.off_tracks ? t("paper.off_tracks", { count: lap.off_tracks }) : null,
    lap.resets ? t("paper.resets", { count: lap.resets }) : null,
    penaltyNote(lap.penalty_us),
    controlsText(lap.controls) || null,
  ]);
