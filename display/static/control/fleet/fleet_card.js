// The fleet: each car with what is wrong, its numbers, the models on their way, and what to ask of it.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { carDoes, carNumbers, carTroubles, runDelivery } from "/static/control/fleet/car_words.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";
import "/static/control/fleet/car_log.js";

const ASK_AGAIN_MS = 2500;

class FleetCard extends PageElement {
  static properties = { cars: { state: true } };

  constructor() {
    super();
    everyWhileShown(this, ASK_AGAIN_MS, () => document.hidden || this.#load());
  }

  connectedCallback() {
    super.connectedCallback();
    this.cars = [];
    this.#load();
  }

  async #load() {
    try {
      this.cars = await read("/fleet");
    } catch {
      // asked again soon; whoever does something here hears why not
    }
  }

  async #restart(car) {
    const path = `/cars/${encodeURIComponent(car.car_id)}/restart`;
    await submit(this, path, {}, t("fleet.restarts", { name: car.name }));
    await this.#load();
  }

  #run(car, run) {
    const { words, share } = runDelivery(car, run);
    return html`<li class="delivery" data-testid="delivery">
      <span>${t("me.heat", { number: run.number })} ${run.model_name === null ? nothing : html`· <bdi>${run.model_name}</bdi>`}</span>
      <span class="muted">${words}</span>
      ${share === null ? nothing : html`<progress max="1" value=${share} aria-label=${words}></progress>`}
    </li>`;
  }

  #car(car) {
    const troubles = carTroubles(car);
    return html`<li class="fleet-car" data-car=${car.car_id}>
      <div class="fleet-car__head">
        <span class="fleet-car__colour" .style=${`--plate:${car.colour}`}></span>
        <strong><bdi>${car.name}</bdi></strong>
        ${car.is_heard ? html`<span class="chip ${car.is_driving ? "chip--running" : ""}">${carDoes(car)}</span>` : nothing}
        ${troubles.map((each) => html`<span class="chip chip--abandoned">${each}</span>`)}
      </div>
      ${car.silent_s === null ? nothing : html`<p class="muted">${carNumbers(car).join(" · ")}</p>`}
      ${car.loaded_name === null ? nothing : html`<p>${t("fleet.has_loaded")} <bdi>${car.loaded_name}</bdi></p>`}
      ${
        car.runs.length === 0
          ? nothing
          : html`<ol class="deliveries">
              ${car.runs.map((run) => this.#run(car, run))}
            </ol>`
      }
      ${
        car.silent_s === null || car.is_stock
          ? nothing
          : html`<div class="fleet-car__does">
              <button
                class="button"
                ?disabled=${!car.is_heard || car.errands.includes("restart")}
                @click=${() => this.#restart(car)}
              >
                ${t("fleet.restart")}
              </button>
              <car-log .car=${car}></car-log>
            </div>`
      }
    </li>`;
  }

  render() {
    return html`<section class="card" data-testid="fleet">
      <h2 class="card__title">${t("fleet.title")}</h2>
      ${this.cars.length === 0 ? html`<p class="muted">${t("fleet.none")}</p>` : nothing}
      <ul class="rows">
        ${this.cars.map((car) => this.#car(car))}
      </ul>
    </section>`;
  }
}

customElements.define("fleet-card", FleetCard);
