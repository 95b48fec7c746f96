// <nearest-card>: who comes nearest to the virtual laps on the real track, models or drivers.

import { html, nothing } from "lit";
import { gap, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { figure } from "/static/parts/virtual/gaps.js";

class NearestCard extends PageElement {
  static properties = { tracks: { attribute: false }, isOfDrivers: { state: true } };

  constructor() {
    super();
    this.tracks = [];
    this.isOfDrivers = false;
  }

  #choice(isOfDrivers, text) {
    return html`<button
      class="button"
      aria-pressed=${String(this.isOfDrivers === isOfDrivers)}
      @click=${() => (this.isOfDrivers = isOfDrivers)}
    >
      ${text}
    </button>`;
  }

  #row(row) {
    const rank = this.isOfDrivers ? row.driver_rank : row.rank;
    const model = row.model ?? row.model_sha256.slice(0, 12);
    const share = new Intl.NumberFormat(language(), { style: "percent", maximumFractionDigits: 1, signDisplay: "always" });
    return html`<li class="row row--model nearest__row">
      <span class="digits nearest__rank">${rank}</span>
      <span class="row__main"><strong><bdi>${row.name}</bdi></strong> <span class="muted"><bdi>${model}</bdi></span></span>
      <span class="gap__figures"
        >${figure(t("virtual.best_virtual"), lapTime(row.virtual_best_us))}
        ${figure(t("virtual.best_real"), lapTime(row.real_best_us))}
        ${figure(t("virtual.gap"), html`${gap(row.gap_us)} <small class="muted">${share.format(row.gap_frac)}</small>`)}</span
      >
    </li>`;
  }

  #track({ track, rows }) {
    const shown = this.isOfDrivers ? rows.filter((row) => row.driver_rank !== null) : rows;
    return html`<div>
      <h3 class="subhead"><bdi>${track}</bdi></h3>
      <ol class="rows">${shown.map((row) => this.#row(row))}</ol>
    </div>`;
  }

  render() {
    if (this.tracks.length === 0) return nothing;
    return html`<section class="card" data-testid="nearest">
      <h2 class="card__title">${t("virtual.sim_to_real")}</h2>
      <p class="muted">${t("league.nearest_told")}</p>
      <div class="nearest__choice" role="group" aria-label=${t("virtual.sim_to_real")}>
        ${this.#choice(false, t("league.models"))} ${this.#choice(true, t("league.drivers"))}
      </div>
      <div class="nearest__tracks">${this.tracks.map((each) => this.#track(each))}</div>
    </section>`;
  }
}

customElements.define("nearest-card", NearestCard);
