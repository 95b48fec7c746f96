// What a row of the standings is worth under the stage's format, and how far it is behind.

import { gap, lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";

/** What the value is called: best lap, mean, total, laps. */
export const valueTitle = (view) => t(`format_value.${view.stage?.format_name ?? "time_trial"}`);

/** The time that ranks, behind the laps where the format counts them: "9.482", "7 · 1:02.345". */
export const value = (row) =>
  row.value_laps === null ? lapTime(row.value_us) : `${row.value_laps} · ${lapTime(row.value_us)}`;

/** A distance in laps where those differ, else in time: "+2 laps", "+0.482"; null → "–". */
const distance = (us, laps) => (laps === null ? gap(us) : t("standings.laps_behind", { laps }));

export const gapToLeader = (row) => distance(row.gap_us, row.gap_laps);

export const gapToAbove = (row) => distance(row.interval_us, row.interval_laps);
