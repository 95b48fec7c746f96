// <measured-cars>: real cars as they were measured; a new one from a record, looked at, then kept.

import { html, nothing } from "lit";
import { command, question, read } from "/static/api.js";
import { dateAndTime, decimal } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, formValues } from "/static/parts/forms/form.js";

const MATCH_PATIENCE_MS = 320_000;
const DEGREES = 180 / Math.PI;
const USUAL = { pitch: 15, height: 130, view: 64.7 };
const PICTURES = ["real", "drawn", "measured"];

const shown = (value, digits) => decimal(value, digits, language());
const path = (id) => `/workshop/cars/${encodeURIComponent(id)}`;

/** What was found of the camera and of the delays, each with what is usual. */
function figures({ camera, ground, latency, fit }) {
  const pairs = [
    [t("measured.pitch"), t("measured.degrees", { value: shown(camera.pitch_rad * DEGREES, 1), usual: USUAL.pitch })],
    [t("measured.height"), t("measured.millimetres", { value: shown(camera.height_m * 1000, 0), usual: USUAL.height })],
    [t("measured.view"), t("measured.degrees", { value: shown(camera.field_of_view_rad * DEGREES, 1), usual: shown(USUAL.view, 1) })],
    [t("measured.tone"), t("measured.levels", { road: shown(ground.road, 0), border: shown(ground.border, 0), field: shown(ground.field, 0) })],
    [
      t("measured.latency"),
      latency === null
        ? t("measured.no_latency")
        : t("measured.late", { late: shown(latency.latency_s * 1000, 0), jitter: shown(latency.jitter_s * 1000, 0) }),
    ],
  ];
  const off = fit === null ? [] : [[t("measured.off"), t("measured.off_levels", { before: shown(fit.before_levels, 1), after: shown(fit.after_levels, 1) })]];
  return html`<dl class="library__facts">
    ${[...pairs, ...off].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

const pictures = ({ measured_id: id, about }) =>
  html`<div class="measured__pictures">
    ${PICTURES.map(
      (name) =>
        html`<figure>
          <img src=${`/api/v1${path(id)}/${name}.png?made=${encodeURIComponent(about.made_utc)}`} alt=${t(`measured.picture.${name}`)} loading="lazy" />
          <figcaption>${t(`measured.picture.${name}`)}</figcaption>
        </figure>`,
    )}
  </div>`;

class MeasuredCars extends PageElement {
  static properties = {
    desk: { attribute: false },
    tracks: { attribute: false },
    mayMatch: { attribute: false },
    changed: { attribute: false },
    found: { state: true },
    isBusy: { state: true },
  };

  constructor() {
    super();
    this.found = null;
    this.isBusy = false;
  }

  async #match(event) {
    const { record, track } = formValues(event);
    const { event_id: eventId } = this.desk.records.find((each) => each.record_id === record);
    this.isBusy = true;
    const ask = () => question("/workshop/cars/matches", { event_id: eventId, record_id: record, track }, MATCH_PATIENCE_MS);
    this.found = await perform(this, ask);
    this.isBusy = false;
  }

  async #keep() {
    const { about, measured_id: id, car_name: car } = this.found;
    const body = { measured_id: id };
    const kept = await perform(this, () => command(path(about.car_id), body, { method: "PUT" }), t("measured.kept", { car }));
    if (kept === null) return;
    this.found = null;
    await this.changed();
  }

  async #forget({ about, car_name: car }) {
    const gone = await perform(this, () => command(path(about.car_id), {}, { method: "DELETE" }), t("measured.forgotten", { car }));
    if (gone !== null) await this.changed();
  }

  #form() {
    const { desk, tracks, isBusy } = this;
    if (!this.mayMatch) return nothing;
    if (!desk.is_open) return html`<p class="muted">${t("test.lacks.car")}</p>`;
    if (desk.records.length === 0) return html`<p class="muted">${t("measured.no_records")}</p>`;
    const records = desk.records.map((each) => {
      const when = dateAndTime(each.wall_utc, language());
      const { car_name: car, event_name: event, heat_number: heat } = each;
      return [each.record_id, t("measured.record_of", { car, event, heat, when })];
    });
    return html`<form class="form" @submit=${(event) => this.#match(event)}>
      ${choiceField(t("measured.record"), "record", records)}
      ${choiceField(t("library.track"), "track", tracks.map((each) => [each.track_id, each.name]), "demo")}
      <button class="button button--main" ?disabled=${isBusy}>${isBusy ? t("measured.matching") : t("measured.match")}</button>
    </form>`;
  }

  #found() {
    const { found } = this;
    if (found === null) return nothing;
    return html`<div class="measured" data-testid="match">
      <div role="status"><h3 class="subhead">${t("measured.found", { car: found.car_name })}</h3></div>
      ${pictures(found)} ${figures(found.figures)}
      <p class="muted">${t("measured.unknown")}</p>
      <div class="making">
        <button class="button button--main" @click=${() => this.#keep()}>${t("measured.keep", { car: found.car_name })}</button>
        <button class="button" @click=${() => (this.found = null)}>${t("measured.discard")}</button>
      </div>
    </div>`;
  }

  #car(each) {
    const when = dateAndTime(each.about.made_utc, language());
    return html`<details class="details measured" data-car=${each.about.car_id}>
      <summary><span><strong><bdi>${each.car_name}</bdi></strong> <span class="muted">${t("measured.made", { when })}</span></span></summary>
      ${pictures(each)} ${figures(each.figures)}
      ${this.mayMatch ? html`<button class="button" @click=${() => this.#forget(each)}>${t("measured.forget")}</button>` : nothing}
    </details>`;
  }

  render() {
    const { desk } = this;
    if (desk.cars.length === 0 && !this.mayMatch) return nothing;
    return html`<section class="card" data-testid="measured-cars">
      <h2 class="card__title">${t("measured.title")}</h2>
      <p class="muted">${t("measured.hint")}</p>
      ${desk.cars.map((each) => this.#car(each))} ${this.#form()} ${this.#found()}
    </section>`;
  }
}

customElements.define("measured-cars", MeasuredCars);

/** What was measured here, and records to measure from. */
export const readMeasured = () => read("/workshop/cars");
