// The last ten seconds of a car as lines: its speed above, what its wheels were told below.

import { html, nothing, svg } from "lit";
import { localNowUs } from "/static/race_clock.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { BEHIND_US, linesOf } from "/static/board/heat/car_traces.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const DRAWN_EVERY_MS = 200;
const LEAST_TOP_MPS = 2;

const line = (points, name) =>
  svg`<polyline class="trace__line trace__line--${name}" points=${points.map((each) => each.map((value) => value.toFixed(1)).join(",")).join(" ")}></polyline>`;

class CarTrace extends PageElement {
  static properties = { traces: { attribute: false }, carId: { attribute: false } };

  constructor() {
    super();
    everyWhileShown(this, DRAWN_EVERY_MS, () => this.requestUpdate());
  }

  #chart(label, names, lines) {
    return html`<svg class="trace__chart" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=${label}>
      <line class="trace__zero" x1="0" y1=${names.includes("steering") ? 50 : 99} x2="100" y2=${names.includes("steering") ? 50 : 99}></line>
      ${names.map((name, at) => lines[at].map((points) => line(points, name)))}
    </svg>`;
  }

  render() {
    const { traces, carId } = this;
    if (!traces || !carId) return nothing;
    const nowUs = localNowUs() - BEHIND_US;
    const speeds = traces.of(carId, "speed");
    const topMps = 1.15 * Math.max(LEAST_TOP_MPS, ...speeds.map(([, value]) => value));
    const speed = linesOf(speeds, nowUs, 0, topMps);
    const [steering, throttle] = ["steering", "throttle"].map((kind) =>
      linesOf(traces.of(carId, kind), nowUs, -1, 1),
    );
    return html`<div class="trace" data-testid="car-trace">
      ${speed.length === 0 ? nothing : this.#chart(t("car.speed"), ["speed"], [speed])}
      ${
        steering.length + throttle.length === 0
          ? nothing
          : html`${this.#chart(`${t("car.steering")}, ${t("car.throttle")}`, ["steering", "throttle"], [steering, throttle])}
              <p class="trace__legend">
                <span class="trace__key trace__key--steering">${t("car.steering")}</span>
                <span class="trace__key trace__key--throttle">${t("car.throttle")}</span>
              </p>`
      }
    </div>`;
  }
}

customElements.define("car-trace", CarTrace);
