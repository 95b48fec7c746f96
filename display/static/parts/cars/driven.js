// How a car says a run was driven, from picture to wheels: in one line, wherever runs are shown.

import { decimal } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";

const ms = (us) => `${decimal(us / 1000, 1, language())} ms`;

function carText(driven, isOneOfMany) {
  return [
    isOneOfMany ? driven.car : null,
    driven.latency_p50_us === null
      ? null
      : t("driven.latency", { p50: ms(driven.latency_p50_us), p95: ms(driven.latency_p95_us) }),
    t("driven.dropped", { count: driven.dropped_frames, frames: driven.dropped_frames + driven.frames }),
    driven.stale_commands > 0 ? t("driven.stale", { count: driven.stale_commands }) : null,
    driven.is_throttled ? t("driven.throttled") : null,
    driven.is_undervolted ? t("driven.undervolted") : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

/** A line per car that drove the run; none where no car said. */
export const drivenTexts = (driven) =>
  (driven ?? []).map((each) => carText(each, driven.length > 1));
