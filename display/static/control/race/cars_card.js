// The heat's cars: what each is known to do, and the hand that reaches it from race control.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { carOf, isOnTrack, runRows } from "/static/view_model.js";
import { goButton, offTrackButton, speedField } from "/static/parts/cars/buttons.js";
import { contactOf } from "/static/parts/cars/state.js";
import { plate, timedOnlyMark } from "/static/parts/plate.js";
import "/static/parts/cars/stop_button.js";
import "/static/control/race/run_phone.js";
import "/static/parts/cars/watch.js";

/** A marshal's word for a car that can't give its own. */
function confirmRun(view, run, { act }) {
  const path = `/heats/${view.heat.heat_id}/runs/${run.entry_id}/confirm`;
  return act(path, { reason: t("car.confirm_reason") }, t("car.confirmed"));
}

/** What the car says it heeds, also where this event knows of no stop. */
function liftButton(view, run, { isBusy, act, feed }) {
  if (run.car_id === null) return nothing;
  const heeded = contactOf(feed, run.car_id).telemetry?.stops ?? [];
  const isStopped = view.car_stops?.[run.car_id] !== undefined;
  if (view.stop !== null || (!isStopped && heeded.length === 0)) return nothing;
  const path = `/cars/${encodeURIComponent(run.car_id)}/stop/lift`;
  const body = { stop_ids: heeded.map((each) => each.stop_id) };
  return html`<button
    class="button button--main"
    ?disabled=${isBusy}
    @click=${() => act(path, body, t("stop.car_lifted"))}
  >
    ${t("stop.lift_car")}
  </button>`;
}

function carItem(view, run, actions) {
  const car = carOf(view, run.car_id);
  const hasCar = run.car_id !== null;
  return html`<li class="row row--car" data-car=${run.car_id ?? ""} data-run=${run.entry_id}>
    ${plate(run.entry)}
    <span class="row__main">
      <bdi>${car?.name ?? t("control.no_car")}</bdi> ${timedOnlyMark(run.entry.is_timed_only)}
      <car-watch
        .feed=${actions.feed}
        .view=${view}
        .run=${run}
        .onConfirm=${() => confirmRun(view, run, actions)}
      ></car-watch>
    </span>
    <span class="row__actions">
      ${liftButton(view, run, actions)}
      ${hasCar ? html`${goButton(view, run, actions)} ${offTrackButton(view, run, actions)}` : nothing}
      <car-stop .feed=${actions.feed} .run=${run} .act=${actions.act}></car-stop>
    </span>
    ${
      hasCar
        ? html`<div class="row__more">
            ${speedField(view, run, actions)}
            <run-phone .path=${`/events/${view.event_id}/heats/${view.heat.heat_id}/runs/${run.entry_id}/phone`}></run-phone>
          </div>`
        : nothing
    }
  </li>`;
}

/** Nothing where no car drives, none has to, and none is a guest: such an event only times. */
export function carsCard(view, actions) {
  const { heat } = view;
  if (heat === null || heat.is_virtual || !isOnTrack(view)) return nothing;
  const rows = runRows(view).filter((run) => run.car_id !== null || heat.needs_agent || run.entry.is_timed_only);
  if (rows.length === 0) return nothing;
  return html`<section class="card" data-testid="cars">
    <h2 class="card__title">${t("drive.cars")}</h2>
    <ul class="rows">
      ${rows.map((run) => carItem(view, run, actions))}
    </ul>
  </section>`;
}
