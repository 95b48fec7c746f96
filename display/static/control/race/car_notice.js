// What is wrong with the cars of the heat: camera or model, told while there is time to mend it.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { carTroubles } from "/static/parts/cars/troubles.js";
import { PageElement } from "/static/parts/element.js";
import { drawnWithReports } from "/static/parts/while_shown.js";

class CarNotice extends PageElement {
  static properties = { feed: { attribute: false }, view: { attribute: false } };

  constructor() {
    super();
    drawnWithReports(this);
  }

  render() {
    const runs = Object.values(this.view.heat?.runs ?? {});
    const cars = [...new Set([this.view.heat?.car_id, ...runs.map((run) => run.car_id)])];
    const rows = cars.flatMap((carId) =>
      carTroubles(this.feed.reports.get(carId)).map((trouble) => [carId, trouble]),
    );
    if (rows.length === 0) return nothing;
    return html`<section class="card card--alarm" role="status" data-testid="car-troubles">
      <h2 class="card__title">${t("car.unwell")}</h2>
      <ul class="rows">
        ${rows.map(
          ([carId, trouble]) => html`<li class="row"><span class="row__main"><bdi>${carId}</bdi> · ${trouble}</span></li>`,
        )}
      </ul>
    </section>`;
  }
}

customElements.define("car-notice", CarNotice);
