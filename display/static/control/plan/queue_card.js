// The queue: heats in the order of calling, moved by thumb, with their cars, and taken out again.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { entryOf, isOnTrack, queueRows } from "/static/view_model.js";
import { perform } from "/static/parts/act.js";
import { titleInStage } from "/static/parts/standings/match.js";
import { plate } from "/static/parts/plate.js";

/** Equips a run with a car, and with the entry's model, else with that which the car has loaded. */
export async function equip(plan, heat, entryId, carId, { act, host, entries }) {
  const car = await perform(host, () => read(`/cars/${encodeURIComponent(carId)}`));
  if (car === null) return;
  const bound = entries.find((each) => each.entry_id === entryId)?.model_sha256 ?? null;
  const body = {
    entry_id: entryId,
    car_id: carId,
    model_sha256: bound ?? car.telemetry?.model_sha256 ?? null,
  };
  await act(`/events/${plan.event_id}/heats/${heat.heat_id}/equip`, body, t("plan.equipped"));
}

const carChoice = (cars, carId, name, onChoose) =>
  html`<label class="field">
    <span class="visually-hidden">${t("plan.car_of", { name })}</span>
    <select @change=${(event) => event.target.value && onChoose(event.target.value)}>
      <option value="" ?selected=${!carId}>${t("control.no_car")}</option>
      ${cars.map((car) => html`<option value=${car.car_id} ?selected=${car.car_id === carId}>${car.name}</option>`)}
    </select>
  </label>`;

/** The queue with one heat `by` places further up (negative) or down. */
export function moved(heats, heatId, by) {
  const ids = heats.map((heat) => heat.heat_id);
  const from = ids.indexOf(heatId);
  ids.splice(Math.max(0, from + by), 0, ...ids.splice(from, 1));
  return ids;
}

function runs(plan, heat, cars, does) {
  const ids = heat.entry_ids?.length > 0 ? heat.entry_ids : [heat.entry_id].filter(Boolean);
  if (ids.length === 0) return html`<span class="muted">${t("plan.open_practice")}</span>`;
  const carIds = heat.car_ids ?? { [heat.entry_id]: heat.car_id };
  return ids.map((entryId) => {
    const entry = entryOf(plan, entryId);
    return html`<div class="run">
      ${plate(entry)}<bdi class="row__main">${entry.name}</bdi>
      ${carChoice(cars, carIds[entryId] ?? null, entry.name, (carId) => equip(plan, heat, entryId, carId, does))}
    </div>`;
  });
}

const mover = (label, glyph, isAble, onMove) =>
  html`<button class="button" aria-label=${label} title=${label} ?disabled=${!isAble} @click=${onMove}>
    ${glyph}
  </button>`;

function moves(plan, waiting, heat, { act }) {
  const at = waiting.indexOf(heat);
  if (at < 0) return nothing;
  const path = `/events/${plan.event_id}/heats`;
  const move = (by) =>
    act(`${path}/order`, { heat_ids: moved(waiting, heat.heat_id, by) }, t("plan.moved"));
  const number = { number: heat.number };
  const remove = () =>
    act(`${path}/${heat.heat_id}`, {}, t("plan.heat_removed", number), "DELETE");
  return html`<div class="row__actions">
    ${mover(t("plan.move_first", number), "⤒", at > 0, () => move(-at))}
    ${mover(t("plan.move_up", number), "↑", at > 0, () => move(-1))}
    ${mover(t("plan.move_down", number), "↓", at < waiting.length - 1, () => move(1))}
    ${mover(t("plan.remove_heat", number), "✕", true, remove)}
  </div>`;
}

function label(heat, stages) {
  const stage = stages.find((each) => each.stage_id === heat.stage_id);
  const parts = [t("plan.heat_number", { number: heat.number })];
  if (stages.length > 1 && stage) parts.push(stage.title);
  if (heat.match_name) {
    parts.push(titleInStage(heat.match_name, stage?.format_name, stage?.field?.length));
  } else if (heat.round_number > 1) parts.push(t("plan.round_number", { number: heat.round_number }));
  if (heat.rerun_of) parts.push(t("plan.is_rerun"));
  return parts.join(" · ");
}

/** `does`: act(path, body, done, method) and the element that a refusal is told to (`host`). */
export function queueCard(plan, stages, cars, does) {
  const waiting = queueRows(plan);
  const onTrack = isOnTrack(plan) && plan.heat.entry_id ? [plan.heat] : [];
  const heats = [...onTrack, ...waiting];
  return html`<section class="card" data-testid="queue">
    <h2 class="card__title">${t("plan.heats")}</h2>
    ${heats.length === 0 ? html`<p class="muted">${t("plan.queue_empty")}</p>` : nothing}
    <ol class="rows">
      ${heats.map(
        (heat) =>
          html`<li class="queued" data-heat=${heat.heat_id}>
            <div class="queued__head">
              <span class="row__main muted"><bdi>${label(heat, stages)}</bdi></span>
              ${moves(plan, waiting, heat, does)}
            </div>
            ${runs(plan, heat, cars, does)}
          </li>`,
      )}
    </ol>
  </section>`;
}
