// When I drive, and the queues that I may join.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { carOf } from "/static/view_model.js";
import { startTime } from "/static/parts/clocks/start_time.js";

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

/** The heat that was called and, where one is given out, the car. */
function withWhat(view, { entry_id: entryId }) {
  const car = carOf(view, view.heat.runs[entryId].car_id);
  const heat = t("me.heat", { number: view.heat.number });
  return car === null ? heat : `${heat} · ${car.name}`;
}

/** On a virtual track a worker drives my model: I have nothing to bring, and something to see. */
function onStage({ heat }) {
  if (!["called", "armed", "running"].includes(heat.phase)) return nothing;
  const words = heat.phase === "running" ? t("show.my_drives") : t("show.my_called");
  return html`<p class="me__call" role="alert">${words}</p>
    <a class="button button--main command" href="/">${t("show.watch")}</a>`;
}

/** What the heat at the line or on track means for me. */
function now(view, entry) {
  if (!isInHeat(view, entry)) return nothing;
  const { heat } = view;
  if (heat.is_virtual) return onStage(view);
  if (heat.phase === "called" || heat.phase === "armed")
    return html`<p class="me__call" role="alert">
        ${t("me.to_the_line")} <span class="me__with"><bdi>${withWhat(view, entry)}</bdi></span>
      </p>
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

/** "14:35", with "≈" where the event runs late; "" where nothing is planned. */
function whenText(heat, lists) {
  for (const list of lists) {
    const row = list.heats.find((each) => each.heat_id === heat.heat_id);
    const utc = row?.expected_utc ?? row?.planned_utc ?? null;
    if (utc === null) continue;
    return `${utc === row.planned_utc ? "" : "≈ "}${startTime(utc, list.time_zone)}`;
  }
  return "";
}

function waitingRow(heat, { titles, startLists }) {
  const when = whenText(heat, startLists);
  return html`<li class="row" data-heat=${heat.heat_id}>
    <span class="row__main"
      >${t("me.heat", { number: heat.number })}
      <span class="muted"><bdi>${titles.get(heat.stage_id) ?? ""}</bdi></span></span
    >
    <span class="me__when">
      ${when === "" ? nothing : html`<span class="digits">${when}</span>`}
      <strong>${heat.position === 1 ? t("me.next") : t("me.before", { count: heat.position - 1 })}</strong>
    </span>
  </li>`;
}

/** The stages in which I wait: their start lists say when. */
export const waitingStages = (view, entry) => [
  ...new Set(mineInQueue(view, entry).map((heat) => heat.stage_id)),
];

/** `startLists` are those of the stages in which I wait. */
export function queueCard({ view, entry, stages, startLists, act }) {
  const mine = mineInQueue(view, entry);
  const titles = new Map(stages.map((stage) => [stage.stage_id, stage.title]));
  const open = stages.filter((stage) => stage.is_open);
  return html`<section class="card" data-testid="my-heats">
    <h2 class="card__title">${t("me.heats")}</h2>
    ${now(view, entry)}
    ${mine.length === 0 && !isUp(view, entry) ? html`<p class="muted">${t("me.no_heats")}</p>` : nothing}
    <ol class="rows">
      ${mine.map((heat) => waitingRow(heat, { titles, startLists }))}
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
