// What the car sees and does: its camera's picture, steering, throttle, speed, thinking time.

import { html, nothing } from "lit";
import { decimal, percent } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { entryOf, gridColour } from "/static/view_model.js";
import { plate } from "/static/parts/plate.js";
import { carTroubles } from "/static/parts/cars/troubles.js";
import "/static/board/heat/car_trace.js";
import { PageElement } from "/static/parts/element.js";
import { drawnWithReports } from "/static/parts/while_shown.js";

function hasNews(carId, feed) {
  const report = feed.reports.get(carId);
  return report !== undefined && (report.telemetry != null || report.frame_seq > 0);
}

/**
 * The runs whose cars are shown: of two that race each other both, in the order of the grid, else
 * the one that stands for the heat; none where no car has sent numbers or a picture.
 */
export function runsWithNews(view, feed) {
  const runs = Object.values(view.heat?.runs ?? {});
  const shown = runs.length === 2 ? runs : [{ car_id: view.heat?.car_id ?? null }];
  return shown.some((run) => hasNews(run.car_id, feed)) ? shown : [];
}

/** Where the car tells what its wheels were told, the lines of the last seconds show it. */
const hasActions = (telemetry) => (telemetry.actions ?? []).length > 0;

class CarPanel extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    traces: { attribute: false },
    /** The run whose car it is, where two stand side by side. */
    run: { attribute: false },
    hasPicture: { state: true },
  };

  constructor() {
    super();
    drawnWithReports(this);
  }

  get #carId() {
    return this.run?.car_id ?? this.view.heat?.car_id ?? null;
  }

  #picture(carId, frameSeq) {
    const source = `/api/v1/cars/${encodeURIComponent(carId)}/frame?n=${frameSeq}`;
    return html`<img
      class="camera__picture ${this.hasPicture ? "" : "camera__picture--none"}"
      src=${source}
      alt=${t("car.picture")}
      @load=${() => (this.hasPicture = true)}
      @error=${() => (this.hasPicture = false)}
    />`;
  }

  #bars(telemetry) {
    return html`<div class="bars">
      <div
        class="bar bar--steering"
        role="img"
        aria-label=${t("car.steering")}
        .style=${`--value:${telemetry.steering_frac}`}
      >
        <span class="label">${t("car.steering")}</span><span class="bar__track"><i></i></span>
      </div>
      <div
        class="bar bar--throttle"
        role="img"
        aria-label=${t("car.throttle")}
        .style=${`--value:${Math.max(0, telemetry.throttle_frac)}`}
      >
        <span class="label">${t("car.throttle")}</span><span class="bar__track"><i></i></span>
      </div>
    </div>`;
  }

  #figures(telemetry) {
    const tongue = language();
    const figure = (label, value, unit) =>
      html`<div class="mini">
        <span class="label">${label}</span
        ><span class="mini__value digits">${value}<small>${unit}</small></span>
      </div>`;
    return html`<div class="minis">
      ${figure(t("car.speed"), decimal(telemetry.speed_mps, 1, tongue), t("unit.mps"))}
      <car-trace .traces=${this.traces} .carId=${this.#carId}></car-trace>
      <div class="minis__row">
      ${figure(t("car.inference"), decimal(telemetry.inference_p50_ms, 1, tongue), t("unit.ms"))}
      ${telemetry.run?.latency_p50_us == null ? nothing : figure(t("car.to_wheels"), decimal(telemetry.run.latency_p50_us / 1000, 0, tongue), t("unit.ms"))}
      ${figure(t("car.frame_rate"), decimal(telemetry.frame_rate_hz, 0, tongue), t("unit.hz"))}
      ${(telemetry.battery_frac ?? null) === null ? nothing : figure(t("car.battery"), percent(telemetry.battery_frac, tongue), "")}
      </div>
    </div>`;
  }

  /** Whose eyes these are, where there are two. */
  #title() {
    if (this.run?.entry_id === undefined) return html`<h2 class="panel__title">${t("car.title")}</h2>`;
    const entry = entryOf(this.view, this.run.entry_id);
    const colour = gridColour(this.view.heat, this.run.car_id) ?? entry.colour;
    return html`<h2 class="panel__title car__whose" .style=${`--car:${colour}`}>
      ${plate(entry)} <bdi class="name">${entry.name}</bdi>
      <span class="visually-hidden">${t("car.title")}</span>
    </h2>`;
  }

  render() {
    const carId = this.#carId;
    const report = carId === null ? undefined : this.feed.reports.get(carId);
    const telemetry = report?.telemetry ?? null;
    return html`${this.#title()}
      <div class="car ${telemetry === null ? "car--quiet" : ""}">
        <div class="camera">
          ${report?.frame_seq ? this.#picture(carId, report.frame_seq) : nothing}
          ${this.hasPicture ? nothing : html`<p class="camera__none muted">${t("car.no_picture")}</p>`}
          ${telemetry === null || hasActions(telemetry) ? nothing : this.#bars(telemetry)}
          ${carTroubles(report)
            .slice(0, 1)
            .map((trouble) => html`<p class="camera__trouble" role="status">${trouble}</p>`)}
        </div>
        ${telemetry === null ? nothing : this.#figures(telemetry)}
      </div>`;
  }
}

customElements.define("car-panel", CarPanel);
