// The laps that are played, as cars on the map, where anybody knows where they were.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { says } from "/static/analysis/charts/along.js";
import { planOf } from "/static/analysis/charts/plans.js";
import { PageElement } from "/static/parts/element.js";
import "/static/analysis/charts/lap_map.js";

/** `picks` have run analyses and curves, null where there are none; `us` is each one's instant. */
class BothOnMap extends PageElement {
  static properties = {
    picks: { attribute: false },
    us: { attribute: false },
    plan: { state: true },
  };

  #drawn = null;
  #laps = [];

  constructor() {
    super();
    this.plan = null;
  }

  willUpdate(changed) {
    if (!changed.has("picks")) return;
    this.#laps = this.picks.map((pick) => pick.curves ?? null);
    const shown = this.picks.find((pick) => pick.curves && says(pick.curves, "x_m")) ?? null;
    if (shown?.curves === this.#drawn) return;
    this.#drawn = shown?.curves ?? null;
    this.plan = null;
    if (shown !== null) this.#find(shown);
  }

  async #find({ analysis, curves }) {
    const plan = await planOf(analysis, curves);
    if (this.#drawn === curves) this.plan = plan;
  }

  render() {
    if (!this.#laps.some((lap) => lap !== null && says(lap, "x_m"))) return nothing;
    const units = { speed: "mps" };
    return html`<section class="panel" data-testid="both-on-map">
      <h2 class="visually-hidden">${t("analysis.map")}</h2>
      <lap-map .laps=${this.#laps} .us=${this.us} .colour=${"speed"} .units=${units} .plan=${this.plan}></lap-map>
      ${
        this.#laps.length < 2
          ? nothing
          : html`<p class="muted">
              ${this.picks.map((pick, side) => html`<span class="key key--${side}" aria-hidden="true"></span> ${pick.run?.driver ?? ""} `)}
            </p>`
      }
    </section>`;
  }
}

customElements.define("both-on-map", BothOnMap);
