// When a virtual stage opens and closes: by the reader's clock, and by the venue's where it differs.

import { dateAndTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";

/** By the reader's clock. */
export const instantHere = (iso) => dateAndTime(iso, language());

/** By the venue's clock, with the zone's name; null where it says the same. */
export function instantThere(iso, zone) {
  const there = dateAndTime(iso, language(), zone);
  return there === instantHere(iso) ? null : t("league.there", { time: there, zone });
}

/** Both in one line, such as "May 1, 6:00 PM (12:00 PM in America/New_York)". */
export function instantBoth(iso, zone) {
  const there = instantThere(iso, zone);
  return there === null ? instantHere(iso) : `${instantHere(iso)} (${there})`;
}
