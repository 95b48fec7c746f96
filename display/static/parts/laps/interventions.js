// What was done to a car during a lap, beside the lap: its speed limit, holds, and when it went on.

import { t, tCode } from "/static/i18n.js";

const word = ({ kind, speed_pct: percent }) =>
  kind === "speed" ? t("drive.percent", { percent }) : tCode("car_control", kind);

/** '60 % · off track · go' as plain text; '' for nothing. */
export const controlsText = (controls) => (controls ?? []).map(word).join(" · ");
