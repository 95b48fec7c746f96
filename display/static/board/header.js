// The board's top line: the mark, the event, the stage, and what is left of the window.

import { html, nothing } from "lit";
import { countdown } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { isUnderWay, windowState } from "/static/view_model.js";
import { titleInView } from "/static/parts/standings/match.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/parts/clocks/running_clock.js";
import "/static/parts/clocks/window_bar.js";

/**
 * Which of the stage's heats it is; heats count through the event, so later stages say less, and
 * nobody knows how many models will be played.
 */
function heatNumber(stage, heat) {
  const { number } = heat;
  const isOfFirst = !heat.match_name && !heat.is_virtual && number <= stage.heats_total;
  return isOfFirst
    ? t("header.heat", { number, total: stage.heats_total })
    : t("plan.heat_number", { number });
}

/** Stage, match and heat in a line. */
export function heatLine(view) {
  const { stage, heat } = view;
  if (stage === null) return nothing;
  const match = titleInView(view, heat?.match_name);
  return html`<span class="header__stage"><bdi>${stage.title}</bdi></span>
    ${match === null ? nothing : html`<span class="header__stage digits">${match}</span>`}
    <span class="header__heat digits">${heat === null ? nothing : heatNumber(stage, heat)}</span>`;
}

function windowLine(view, feed) {
  // On a virtual track laps are counted, not time.
  if (!isUnderWay(view.heat) || view.heat.is_virtual) return nothing;
  const read = (nowUs) => {
    const state = windowState(view, nowUs);
    return state.isClosed ? t("window.closed") : countdown(state.remainingUs);
  };
  return html`<div class="header__window">
    <span class="label">${t("window.title")}</span>
    <running-clock class="window-clock" .feed=${feed} .read=${read}></running-clock>
    <window-bar .feed=${feed} .view=${view}></window-bar>
  </div>`;
}

export function boardHeader(view, feed) {
  return html`<header class="header">
    ${wordmark}
    ${
      view === null
        ? nothing
        : html`<h1 class="header__event"><bdi>${view.name}</bdi></h1>
            ${heatLine(view)} ${windowLine(view, feed)}`
    }
  </header>`;
}
