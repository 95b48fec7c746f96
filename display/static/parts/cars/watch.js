// One car as it is known this moment; it looks again by itself, since silence sends no message.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import {
  answerText,
  consoleText,
  consoleTrouble,
  contactOf,
  doingText,
  readiness,
  readinessText,
  stopOf,
} from "/static/parts/cars/state.js";
import { drivenTexts } from "/static/parts/cars/driven.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const WATCH_MS = 500;
const GOOD = ["ready", "timed"];
const UNREADY = ["guest", "console", "not_heard", "no_model", "other_model", "not_warm"];

class CarWatch extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    run: { attribute: false },
    /** Takes a marshal's word for a car that can't give its own; null where nobody may. */
    onConfirm: { attribute: false },
  };

  constructor() {
    super();
    everyWhileShown(this, WATCH_MS, () => this.requestUpdate());
  }

  #stop(contact) {
    const stop = stopOf(this.view, this.run.car_id);
    if (stop === null) return null;
    const isLost = stop.obeyed === null && !contact.isHeard;
    return html`<span class="car-state car-state--${isLost ? "alarm" : "stopped"}" role="alert">
      <strong>${tCode("stop_source", stop.source)}</strong> ${answerText(stop.obeyed, contact)}
    </span>`;
  }

  #line(contact) {
    const isAtLine = ["called", "armed"].includes(this.view.heat.phase);
    const said = readiness(this.run, contact);
    // On track nobody looks for what was never there.
    const code = said === "guest" && !isAtLine && contact.telemetry === null ? "timed" : said;
    if (code === "timed" || code === "confirmed" || isAtLine) {
      const tone = GOOD.includes(code) ? "good" : "warning";
      return html`<span class="car-state car-state--${tone}" data-ready=${code}
          >${readinessText(this.run, contact)}</span
        >${isAtLine ? this.#confirm(code) : nothing}`;
    }
    const tone = !contact.isHeard ? "alarm" : this.run.held === null ? "good" : "warning";
    return html`<span class="car-state car-state--${tone}">${doingText(this.run, contact)}</span>`;
  }

  #confirm(code) {
    const isWanted = UNREADY.includes(code) || (code === "timed" && this.view.heat.needs_agent);
    if (!isWanted || !this.onConfirm) return nothing;
    return html`<button class="button" @click=${() => this.onConfirm()}>${t("car.confirm")}</button>`;
  }

  /** A car without the agent: what can't be guaranteed stands beside it all the time. */
  #console(contact) {
    const text = consoleText(contact);
    if (text === null) return nothing;
    const trouble = consoleTrouble(contact);
    return html`<span class="car-state car-state--warning" data-testid="console">${text}</span>
      ${
        trouble === null
          ? nothing
          : html`<span class="car-state car-state--alarm" role="alert"
              >${t("car_console.trouble")} <bdi lang="en">${trouble}</bdi></span
            >`
      }`;
  }

  /** How the run is driven so far, by the car's own word. */
  #driven() {
    const figures = this.feed.reports.get(this.run.car_id)?.telemetry?.run ?? null;
    const isOfThisHeat = figures !== null && figures.heat_id === this.view.heat.heat_id;
    if (!isOfThisHeat || figures.commands === 0) return nothing;
    return html`<span class="muted digits" data-testid="driven">${drivenTexts([figures])[0]}</span>`;
  }

  render() {
    const { feed, view, run } = this;
    if (!feed || !view?.heat || !run) return nothing;
    const contact = contactOf(feed, run.car_id);
    return html`${this.#stop(contact) ?? this.#line(contact)} ${this.#console(contact)} ${this.#driven()}`;
  }
}

customElements.define("car-watch", CarWatch);
