// What is wrong with a car's camera or model, in words that say what to do.

import { tCode } from "/static/i18n.js";

/** What a car's newest report says a person must mend, worst first; nothing where all is well. */
export const carTroubles = (report) =>
  (report?.telemetry?.troubles ?? []).map((trouble) => tCode("car_trouble", trouble));
