// The time of day at which a heat is planned to begin.

import { language } from "/static/i18n.js";

/** "10:05" where the event is; the reader's own clock may be in another zone. */
export function startTime(utc, timeZone) {
  const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  return new Intl.DateTimeFormat(language(), shape).format(new Date(utc));
}
