// The large area of the board in each scene: no event, idle, called to the line, running, result.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { bestLap, entryOf, hasField, queueRows, runRows, standingsRows } from "/static/view_model.js";
import { fieldList } from "/static/board/heat/field.js";
import { driverLine, figures, lapStrip, measures, runningHero } from "/static/board/on_track.js";
import { value } from "/static/parts/standings/worth.js";
import { waysIn } from "/static/parts/wifi.js";
import { plate } from "/static/parts/plate.js";
import "/static/board/scenes/sponsors.js";

/** Whether nobody is at the line: the queue then takes the place of the car's picture. */
export const heroIsAlone = (view) => view.heat === null || view.scene === "idle";

/** `isShow`: whether models are to be played, for whom nobody plans heats. */
function steps(isPlanned, isShow, outsideUrl) {
  const address = `${outsideUrl ?? location.origin}/control`;
  return html`<ol class="steps">
    <li>
      ${outsideUrl === null ? t("idle.step_open_here") : t("idle.step_open")}
      <a class="steps__address" href="/control">${address}</a>
    </li>
    <li>${t("idle.step_login")}</li>
    ${isPlanned ? nothing : html`<li>${t("idle.step_plan")}</li>`}
    <li>${isShow ? t("idle.step_play") : t("idle.step_next")}</li>
  </ol>`;
}

/** What a phone scans to set the first event up; nothing where no phone could reach the server. */
const newEventCode = (outsideUrl) =>
  outsideUrl === null
    ? nothing
    : html`<img class="qr hero__code" src="/api/v1/qr.svg?path=/new-event" alt=${t("none.code")} />`;

function noEventHero(feed, outsideUrl) {
  return html`<section class="hero hero--quiet hero--whole">
    <h1 class="hero__title">${feed.isReady ? t("none.title") : t("none.connecting")}</h1>
    ${
      feed.isReady
        ? html`<p class="hero__lead">${t("none.lead")}</p>
            <ol class="steps">
              <li>
                ${t("none.step_new")}
                <a class="steps__address" href="/new-event"
                  >${outsideUrl ?? location.origin}/new-event</a
                >
              </li>
            </ol>
            ${feed.notice.wifi === null ? newEventCode(outsideUrl) : waysIn(feed.notice.wifi, outsideUrl ?? location.origin)}`
        : nothing
    }
  </section>`;
}

/** Whether anything was raced yet: until then the idle board teaches whoever sets it up. */
const hasRaced = (view) => Object.keys(view.standings).length > 0;

/** Below who is next: the public's Wi-Fi, the first steps, or those who pay for the race. */
function idleBody(view, notice, outsideUrl, next) {
  if (notice.wifi !== null) return waysIn(notice.wifi, outsideUrl ?? location.origin);
  if (!hasRaced(view) || next === null) return steps(next !== null, next?.isShow ?? false, outsideUrl);
  if (notice.sponsors.length === 0) return nothing;
  return html`<sponsor-wall .sponsors=${notice.sponsors}></sponsor-wall>`;
}

/** Who is next: of the heats that wait, else of the models that are played; null without any. */
function nextOf(view) {
  const row = queueRows(view)[0];
  if (row !== undefined) return { entry: row.entry, isShow: false };
  const shownId = view.next_shown?.[0];
  return shownId === undefined ? null : { entry: entryOf(view, shownId), isShow: true };
}

function idleHero(view, notice, outsideUrl) {
  const next = nextOf(view);
  return html`<section class="hero hero--quiet">
    <h2 class="hero__title">${next === null ? t("idle.title_empty") : t("idle.title")}</h2>
    ${
      next === null
        ? html`<p class="hero__lead">${t("idle.lead_empty")}</p>`
        : html`<p class="hero__lead hero__lead--entry">
            <span class="label">${t("idle.first")}</span> ${plate(next.entry)}
            <bdi class="name">${next.entry.name}</bdi>
          </p>`
    }
    ${idleBody(view, notice, outsideUrl, next)}
  </section>`;
}

function calledHero(view) {
  return html`<section
    class="hero hero--called"
    .style=${`--driver:${entryOf(view, view.heat.entry_id).colour}`}
  >
    <h2 class="hero__title hero__title--called">
      ${view.heat.phase === "armed" ? t("phase.armed") : t("scene.called")}
    </h2>
    ${hasField(view.heat) ? fieldList(view) : driverLine(view)}
    <div class="lamps" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>
  </section>`;
}

function fieldResult(view) {
  return html`<section class="hero hero--result hero--field">
    <h2 class="label label--lap">${t("result.title")}</h2>
    ${fieldList(view)}
  </section>`;
}

/** Who raced each other, by name: nothing else of it counts. */
const rivals = (view) =>
  html`<p class="hero__lead hero__lead--entry" data-testid="rivals">
    ${runRows(view).map(({ entry }) => html`${plate(entry)} <bdi class="name">${entry.name}</bdi> `)}
  </p>`;

/** A run that broke off before people: nothing of it counts, and they want to know why. */
const brokenOff = (view) => html`<section
  class="hero hero--result"
  .style=${`--driver:${entryOf(view, view.heat.entry_id).colour}`}
>
  ${hasField(view.heat) ? rivals(view) : driverLine(view)}
  <h2 class="hero__title" data-testid="broken-off">${tCode("end_reason", view.heat.end_reason ?? "abandoned")}</h2>
  <p class="hero__lead">${t("show.broken_off")}</p>
</section>`;

function resultHero(view) {
  const { heat } = view;
  if (heat.phase === "abandoned") return brokenOff(view);
  if (hasField(heat)) return fieldResult(view);
  const row = standingsRows(view).find((standing) => standing.entry_id === heat.entry_id);
  const best = bestLap(heat);
  return html`<section
    class="hero hero--result"
    .style=${`--driver:${entryOf(view, heat.entry_id).colour}`}
  >
    ${driverLine(view)}
    <div class="hero__body">
      <div class="hero__clock">
        <span class="label label--lap">${t("result.title")}</span>
        <span class="result__reason"
          >${heat.end_reason === null ? nothing : tCode("end_reason", heat.end_reason)}</span
        >
        <span class="result">
          ${
            row === undefined || best === null
              ? html`<span class="result__none">${t("result.no_lap")}</span>`
              : html`<span class="result__rank digits"
                    >${t("figure.position", { rank: row.rank })}</span
                  >
                  <span class="result__best digits">${value(row)}</span>`
          }
        </span>
      </div>
      ${figures(view)}
    </div>
    ${measures(heat)} ${lapStrip(heat)}
  </section>`;
}

/**
 * The hero of the document's scene; `view` null means that there is no event. `outsideUrl` is where
 * other machines find the server, null where that isn't known; `traces` where cars were.
 */
export function hero(view, feed, { outsideUrl, traces }) {
  if (view === null) return noEventHero(feed, outsideUrl);
  if (heroIsAlone(view)) return idleHero(view, feed.notice, outsideUrl);
  if (view.scene === "called") return calledHero(view);
  if (view.scene === "running") return runningHero(view, feed, traces);
  return resultHero(view);
}
