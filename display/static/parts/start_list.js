// The start list as everybody reads it: heats in the order of calling, each with its planned time.

import { html, nothing } from "lit";
import { language, t, tCode } from "/static/i18n.js";
import { matchTitle } from "/static/parts/match.js";

/** "10:05" where the event is; the reader's own clock may be in another zone. */
export function startTime(utc, timeZone) {
  const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  return new Intl.DateTimeFormat(language(), shape).format(new Date(utc));
}

function partOfStage({ match_name: matchName, round_number: number }) {
  if (matchName) return matchTitle(matchName);
  return number > 1 ? t("plan.round_number", { number }) : "";
}

const about = (heat) =>
  [
    t("plan.heat_number", { number: heat.number }),
    partOfStage(heat),
    heat.phase === "idle" ? "" : tCode("phase", heat.phase),
  ]
    .filter(Boolean)
    .join(" · ");

function row(heat, timeZone) {
  const isOver = heat.phase === "finished";
  return html`<li class="row ${isOver ? "row--over" : ""}" data-heat=${heat.heat_id}>
    ${
      heat.planned_utc === null
        ? nothing
        : html`<time class="digits start__time" datetime=${heat.planned_utc}
            >${startTime(heat.planned_utc, timeZone)}</time
          >`
    }
    <span class="row__main">
      ${
        heat.names.length === 0
          ? html`<strong>${t("plan.open_practice")}</strong>`
          : heat.names.map(
              (name, at) =>
                html`<strong
                  ><bdi>${name}</bdi>${heat.lanes[at] === null ? nothing : html` <span class="muted">${t("plan.lane", { number: heat.lanes[at] })}</span>`}</strong
                >`,
            )
      }
      <span class="muted">${about(heat)}</span></span
    >
  </li>`;
}

/** `list` as `GET …/start-list` answers. */
export const startList = (list) =>
  list.heats.length === 0
    ? html`<p class="muted">${t("start.empty")}</p>`
    : html`<ol class="rows" data-testid="start-list">
        ${list.heats.map((heat) => row(heat, list.time_zone))}
      </ol>`;
