// Where a model comes from and what it drove, in words.

import { dateAndTime, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";

/** What people call a track that the server knows by an id. */
export const trackName = (track, tracks) =>
  tracks.find((each) => each.track_id === track)?.name ?? track;

/** [label, value] pairs of how a model came to be. */
export function originFacts({ model, parent }, tracks) {
  const { origin, about } = model;
  const when = dateAndTime(model.made_utc, language());
  if (origin === null)
    return [
      [t("library.file"), about.source_name],
      [t("library.brought_at"), when],
    ];
  const exam = { clean: origin.clean_laps, laps: origin.laps };
  return [
    [t("library.reward"), origin.reward_name],
    [t("library.track"), trackName(origin.track, tracks)],
    [t("library.seed"), origin.seed],
    [t("library.steps"), origin.steps?.toLocaleString(language())],
    [t("library.network"), [origin.network, origin.algorithm.toUpperCase()].filter(Boolean).join(" · ")],
    [t("library.exam"), origin.laps === null ? null : t("library.clean_of", exam)],
    [t("library.parent"), parent === null ? null : (parent.name ?? t("library.parent_gone"))],
    [t("library.trained_at"), when],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
}

/** '20 of 20 laps clean on demo, best 7.792'. */
export const virtualLine = (laps) =>
  t(laps.best_us === null ? "library.virtual_none" : "library.virtual_line", {
    clean: laps.laps_clean,
    laps: laps.laps_started,
    track: laps.track,
    best: lapTime(laps.best_us),
  });

/** '12 real laps, best 8.903'. */
export const realLine = (real) =>
  real.laps === 0
    ? t("library.real_none")
    : t("library.real_line", { laps: real.laps, best: lapTime(real.best_us) });
