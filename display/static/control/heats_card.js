// The stage with its rule, the heats to come, and which car drives each of them.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { countdown } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { isOnTrack, queueRows, starters } from "/static/view_model.js";
import { perform } from "/static/parts/act.js";
import { formValues, numberField, textField } from "/static/parts/form.js";
import { plate } from "/static/parts/plate.js";

/** The defaults of a time trial as at a Summit, in seconds (`resolution_ms` in milliseconds). */
export const STAGE_DEFAULTS = {
  window_s: 180,
  grace_s: 60,
  idle_limit_s: 120,
  dead_time_s: 2,
  resolution_ms: 1,
};

const LIMITS = {
  window_s: [10, 3600],
  grace_s: [1, 600],
  idle_limit_s: [5, 3600],
  dead_time_s: [1, 60],
  resolution_ms: [1, 1000],
};

/** What the form holds as the body of a new stage; only some formats ask for `laps_n`. */
export function stageBody({ title, format_name = "time_trial", laps_n, ...options }) {
  const numbers = Object.keys(STAGE_DEFAULTS).map((name) => [
    name,
    Number(options[name] ?? STAGE_DEFAULTS[name]),
  ]);
  const laps = laps_n === undefined ? {} : { laps_n: Number(laps_n) };
  return { title, format_name, ...Object.fromEntries(numbers), ...laps };
}

const stageField = (name) => {
  const [least, most] = LIMITS[name];
  return numberField(t(`stage.${name}`), name, { value: STAGE_DEFAULTS[name], least, most });
};

export const windowField = () => stageField("window_s");

/** Which format, what it means, and the option that is its own. `formats` as `GET /formats` lists. */
function formatFields({ formats, chosen, onChoose }) {
  const form = formats.find((each) => each.name === chosen);
  if (form === undefined) return nothing;
  const laps = form.options.find((option) => option.name === "laps_n");
  const list = form.tie_breaks
    .map(({ code, description }) => tCode("tie_break", code, {}, description))
    .join(", ");
  return html`<label class="field">
      <span>${t("stage.format")}</span>
      <select name="format_name" @change=${(event) => onChoose(event.target.value)}>
        ${formats.map((each) => html`<option value=${each.name} ?selected=${each.name === chosen}>${formatTitle(each.name)}</option>`)}
      </select>
    </label>
    <p class="muted" data-testid="format">
      ${tCode("format_description", form.name, {}, form.description)}
      ${t("stage.tie_breaks", { list })}
    </p>
    ${
      laps === undefined
        ? nothing
        : numberField(tCode("format_laps", form.name, {}, laps.description), "laps_n", {
            value: laps.default,
            least: laps.least,
            most: laps.most,
          })
    }`;
}

const formatTitle = (name) => tCode("format_title", name);

/** `choice`: formats, chosen (a format's name), onChoose(name). */
export function stageCard(plan, choice, act) {
  const create = (event) =>
    act(`/events/${plan.event_id}/stages`, stageBody(formValues(event)), t("plan.stage_planned"));
  const { stage } = plan;
  return html`<section class="card">
    <h2 class="card__title">${t("plan.stage")}</h2>
    ${
      stage === null
        ? nothing
        : html`<p>
            <bdi>${stage.title}</bdi> · ${formatTitle(stage.format_name)} · ${t("plan.window", { time: countdown(stage.window_us) })}
          </p>`
    }
    <details class="details" ?open=${stage === null}>
      <summary>${t("plan.plan_stage")}</summary>
      <form class="form" @submit=${create}>
        ${textField(t("plan.title"), "title", { value: t("plan.stage_title") })}
        ${formatFields(choice)} ${Object.keys(STAGE_DEFAULTS).map(stageField)}
        <button class="button button--main">${t("plan.create")}</button>
      </form>
    </details>
  </section>`;
}

/** Equips a run with a car and with the model that the car says it has loaded. */
async function equip(plan, heat, carId, act, host) {
  const car = await perform(host, () => read(`/cars/${encodeURIComponent(carId)}`));
  if (car === null) return;
  const body = {
    entry_id: heat.entry_id,
    car_id: carId,
    model_sha256: car.telemetry?.model_sha256 ?? null,
  };
  await act(`/events/${plan.event_id}/heats/${heat.heat_id}/equip`, body, t("plan.equipped"));
}

const carChoice = (heat, cars, onChoose) =>
  html`<label class="field">
    <span class="visually-hidden">${t("plan.car")}</span>
    <select @change=${(event) => event.target.value && onChoose(event.target.value)}>
      <option value="" ?selected=${heat.car_id === null}>${t("control.no_car")}</option>
      ${cars.map((car) => html`<option value=${car.car_id} ?selected=${car.car_id === heat.car_id}>${car.name}</option>`)}
    </select>
  </label>`;

async function addHeats(plan, entries, act) {
  for (const entry of entries) {
    const body = { stage_id: plan.stage.stage_id, entry_ids: [entry.entry_id] };
    if ((await act(`/events/${plan.event_id}/heats`, body, t("plan.heat_added"))) === null) return;
  }
}

export function heatsCard(plan, cars, act, host) {
  const entries = starters(plan);
  const onTrack = isOnTrack(plan) ? [plan.heat] : [];
  const heats = [...onTrack, ...queueRows(plan)];
  const canAdd = plan.stage !== null && entries.length > 0;
  const one = (event) => {
    const { entry_id: entryId } = formValues(event);
    addHeats(
      plan,
      entries.filter((entry) => entry.entry_id === entryId),
      act,
    );
  };
  return html`<section class="card">
    <h2 class="card__title">${t("plan.heats")}</h2>
    <ol class="rows">
      ${heats.map((heat) => {
        const entry = plan.entries[heat.entry_id];
        return html`<li class="row" data-heat=${heat.heat_id}>
          ${plate(entry)}<bdi class="row__main">${entry.name}</bdi>
          ${carChoice(heat, cars, (carId) => equip(plan, heat, carId, act, host))}
        </li>`;
      })}
    </ol>
    ${
      canAdd
        ? html`<form class="form form--line" @submit=${one}>
              <label class="field"
                ><span>${t("plan.entry")}</span>
                <select name="entry_id">
                  ${entries.map((entry) => html`<option value=${entry.entry_id}>${entry.name}</option>`)}
                </select>
              </label>
              <button class="button">${t("plan.add_heat")}</button>
            </form>
            <button class="button button--main" @click=${() => addHeats(plan, entries, act)}>
              ${t("plan.add_all_heats")}
            </button>`
        : html`<p class="muted">${t("plan.heats_need")}</p>`
    }
  </section>`;
}
