// Which car wears which mark, by which cameras and decoders tell cars apart that share a track.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, formValues, textField } from "/static/parts/forms/form.js";

class MarksCard extends PageElement {
  static properties = {
    cars: { attribute: false },
    eventId: { state: true },
    marks: { state: true },
    sheet: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.cars = [];
    this.eventId = null;
    this.marks = [];
    this.sheet = null;
    this.#load();
  }

  #load() {
    return perform(this, async () => {
      this.eventId = (await read("/events/active")).event_id;
      if (this.eventId === null) return;
      const path = `/events/${this.eventId}/marks`;
      [this.marks, this.sheet] = await Promise.all([read(path), read(`${path}/sheet`)]);
    });
  }

  async #bind(event) {
    await submit(this, `/events/${this.eventId}/marks`, formValues(event), t("marks.bound"));
    await this.#load();
  }

  #nameOf(carId) {
    return this.cars.find((car) => car.car_id === carId)?.name ?? carId;
  }

  /** The sheet to cut out, or the command that makes one elsewhere. */
  #paper() {
    if (!this.sheet?.is_printable) {
      return html`<p class="muted">
        ${t("marks.print")} <code>paddock node marks marks.pdf --count 8</code>
      </p>`;
    }
    const { numbers } = this.sheet;
    return html`<p class="muted">
        ${t("marks.sheet_explain", { marks: numbers.map((each) => `mark-${each}`).join(", ") })}
      </p>
      <a
        class="button"
        download
        href=${`/api/v1/events/${encodeURIComponent(this.eventId)}/marks/sheet.pdf`}
        >${t("marks.sheet")}</a
      >`;
  }

  render() {
    if (this.eventId === null || this.cars.length === 0) return nothing;
    const cars = this.cars.map((car) => [car.car_id, `${car.name} (${car.car_id})`]);
    return html`<section class="card">
      <h2 class="card__title">${t("marks.title")}</h2>
      <p class="muted">${t("marks.explain")}</p>
      ${this.#paper()}
      <ul class="rows">
        ${this.marks.map(
          (each) =>
            html`<li class="row">
              <bdi class="row__main">${each.mark}</bdi>
              <bdi class="muted">${this.#nameOf(each.car_id)}</bdi>
            </li>`,
        )}
      </ul>
      <form class="form form--line" @submit=${(event) => this.#bind(event)}>
        ${textField(t("marks.mark"), "mark")} ${choiceField(t("plan.car"), "car_id", cars)}
        <button class="button">${t("marks.bind")}</button>
      </form>
    </section>`;
  }
}

customElements.define("marks-card", MarksCard);
