// What the car sees and does: its camera's picture, steering, throttle, speed, thinking time.

import { html, nothing } from "lit";
import { decimal, percent } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { carTroubles } from "/static/parts/cars/troubles.js";
import "/static/board/heat/car_trace.js";
import { PageElement } from "/static/parts/element.js";

/** Whether the car of the heat has sent numbers or a picture. */
export function hasCarNews(view, feed) {
  const report = feed.reports.get(view.heat?.car_id);
  return report !== undefined && (report.telemetry != null || report.frame_seq > 0);
}

/** Where the car tells what its wheels were told, the lines of the last seconds show it. */
const hasActions = (telemetry) => (telemetry.actions ?? []).length > 0;

class CarPanel extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    traces: { attribute: false },
    hasPicture: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.onReport = (event) => event.detail.kind === "telemetry" && this.requestUpdate();
    this.feed.addEventListener("report", this.onReport);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.feed.removeEventListener("report", this.onReport);
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
      <car-trace .traces=${this.traces} .carId=${this.view.heat.car_id}></car-trace>
      <div class="minis__row">
      ${figure(t("car.inference"), decimal(telemetry.inference_p50_ms, 1, tongue), t("unit.ms"))}
      ${telemetry.run?.latency_p50_us == null ? nothing : figure(t("car.to_wheels"), decimal(telemetry.run.latency_p50_us / 1000, 0, tongue), t("unit.ms"))}
      ${figure(t("car.frame_rate"), decimal(telemetry.frame_rate_hz, 0, tongue), t("unit.hz"))}
      ${(telemetry.battery_frac ?? null) === null ? nothing : figure(t("car.battery"), percent(telemetry.battery_frac, tongue), "")}
      </div>
    </div>`;
  }

  render() {
    const carId = this.view.heat?.car_id ?? null;
    const report = carId === null ? undefined : this.feed.reports.get(carId);
    const telemetry = report?.telemetry ?? null;
    return html`<h2 class="panel__title">${t("car.title")}</h2>
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
