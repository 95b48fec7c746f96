// When I drive, the queues that I may join, and the laps that I drove.

import { html, nothing } from "lit";
import { NO_VALUE, lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { controlsText } from "/static/parts/controls.js";
import { drivenTexts } from "/static/parts/driven.js";
import { sectorStrip, speedText } from "/static/parts/measures.js";

const isMine = (entryIds, entry) => (entryIds ?? []).includes(entry.entry_id);

const mineInQueue = (view, entry) =>
  Object.values(view.queue)
    .filter((heat) => isMine(heat.entry_ids, entry))
    .sort((one, other) => one.position - other.position);

/** Where a car is on my run: the buttons that reach it. */
const driveLink = (view, entry) =>
  view.heat.runs[entry.entry_id].car_id === null
    ? nothing
    : html`<a class="button button--main command" href="/drive">${t("drive.open")}</a>`;

const isInHeat = ({ heat }, entry) =>
  heat !== null && Object.hasOwn(heat.runs ?? {}, entry.entry_id);

const isUp = (view, entry) =>
  isInHeat(view, entry) && ["called", "armed", "running", "paused"].includes(view.heat.phase);

/** What the heat at the line or on track means for me. */
function now(view, entry) {
  if (!isInHeat(view, entry)) return nothing;
  const { heat } = view;
  if (heat.phase === "called" || heat.phase === "armed")
    return html`<p class="me__call" role="alert">${t("me.to_the_line")}</p>
      ${driveLink(view, entry)}`;
  return heat.phase === "running" || heat.phase === "paused"
    ? html`<p class="me__call">${t("me.on_track")}</p>
        ${driveLink(view, entry)}`
    : nothing;
}

function openStage(stage, { view, entry, act }) {
  const path = `/events/${view.event_id}/stages/${stage.stage_id}`;
  const body = { entry_id: entry.entry_id };
  const waits = mineInQueue(view, entry).some((heat) => heat.stage_id === stage.stage_id);
  return html`<li class="row">
    <span class="row__main"><bdi>${stage.title}</bdi></span>
    ${
      waits
        ? html`<button class="button" @click=${() => act(`${path}/leave`, body, t("me.left"))}>
            ${t("me.leave")}
          </button>`
        : html`<button
            class="button button--main"
            @click=${() => act(`${path}/join`, body, t("me.queued"))}
          >
            ${t("me.queue_up")}
          </button>`
    }
  </li>`;
}

export function queueCard({ view, entry, stages, act }) {
  const mine = mineInQueue(view, entry);
  const titles = new Map(stages.map((stage) => [stage.stage_id, stage.title]));
  const open = stages.filter((stage) => stage.is_open);
  return html`<section class="card" data-testid="my-heats">
    <h2 class="card__title">${t("me.heats")}</h2>
    ${now(view, entry)}
    ${mine.length === 0 && !isUp(view, entry) ? html`<p class="muted">${t("me.no_heats")}</p>` : nothing}
    <ol class="rows">
      ${mine.map(
        (heat) =>
          html`<li class="row">
            <span class="row__main"
              >${t("me.heat", { number: heat.number })}
              <span class="muted"><bdi>${titles.get(heat.stage_id) ?? ""}</bdi></span></span
            >
            <strong>${heat.position === 1 ? t("me.next") : t("me.before", { count: heat.position - 1 })}</strong>
          </li>`,
      )}
    </ol>
    ${
      open.length === 0
        ? nothing
        : html`<h3 class="label">${t("me.open_stages")}</h3>
            <ul class="rows">
              ${open.map((stage) => openStage(stage, { view, entry, act }))}
            </ul>`
    }
  </section>`;
}

function lapRow(lap) {
  const why = lap.invalid ? tCode("lap_invalid", lap.invalid) : "";
  const notes = [why, controlsText(lap.controls)].filter(Boolean).join(" · ");
  const hasMore = lap.sectors.length > 0 || lap.top_speed !== null || notes !== "";
  return html`<li
    class="me__lap ${lap.invalid ? "me__lap--void" : ""} ${lap.is_best ? "me__lap--best" : ""} ${hasMore ? "me__lap--parted" : ""}"
  >
    <span class="muted">${lap.number}</span> <strong class="digits">${lapTime(lap.duration_us)}</strong>
    ${sectorStrip(lap.sectors)}
    ${notes === "" ? nothing : html`<span class="muted">${notes}</span>`}
    ${lap.top_speed === null ? nothing : html`<span class="muted digits">${speedText(lap.top_speed)}</span>`}
  </li>`;
}

/** What the best sectors would make, and the highest speed of the run. */
const runNotes = (run, row) =>
  [
    row?.ideal_us ? `${t("paper.ideal")} ${lapTime(row.ideal_us)}` : null,
    run.top_speed === null ? null : `${t("paper.top_speed")} ${speedText(run.top_speed)}`,
  ].filter((note) => note !== null);

const watchLink = (eventId, heat, run) =>
  run.driven.length === 0
    ? nothing
    : html`<a
        class="button"
        href="/replay?event=${eventId}&heat=${heat.heat_id}&entry=${run.entry_id}"
        >${t("replay.watch")}</a
      >`;

const runRow = (eventId, heat, run, row) =>
  html`<li class="me__run">
    <p class="row">
      <span class="row__main"
        >${t("me.heat", { number: heat.number })} <span class="muted"><bdi>${heat.stage_title}</bdi></span></span
      >
      <strong class="digits">${run.best_lap_us === null ? NO_VALUE : lapTime(run.best_lap_us)}</strong>
    </p>
    ${runNotes(run, row).map((note) => html`<p class="muted digits">${note}</p>`)}
    ${drivenTexts(run.driven).map((text) => html`<p class="muted digits">${text}</p>`)}
    <ol class="me__laps">
      ${run.laps.map(lapRow)}
    </ol>
    ${watchLink(eventId, heat, run)}
  </li>`;

/** `sheet` is what the server says of my entry, the newest heat shown first. */
export function lapsCard(eventId, sheet) {
  if (sheet === null) return nothing;
  const rows = Object.values(sheet.rows);
  const heats = [...sheet.heats].reverse();
  return html`<section class="card" data-testid="my-laps">
    <h2 class="card__title">${t("me.laps")}</h2>
    ${rows.map((row) => (row.is_ranked ? html`<p>${t("me.rank", { rank: row.rank })}</p>` : nothing))}
    ${heats.length === 0 ? html`<p class="muted">${t("me.no_laps")}</p>` : nothing}
    <ul class="rows">
      ${heats.flatMap((heat) => heat.runs.map((run) => runRow(eventId, heat, run, sheet.rows[heat.stage_id])))}
    </ul>
  </section>`;
}
