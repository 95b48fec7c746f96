// Which cars of the heat answered an emergency stop of everything, and which nobody can reach.

import { html, nothing } from "lit";
import { carOf, runRows } from "/static/view_model.js";
import { answerText, contactOf } from "/static/parts/cars/state.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const WATCH_MS = 500;

class StopAnswers extends PageElement {
  static properties = { feed: { attribute: false }, view: { attribute: false } };

  constructor() {
    super();
    everyWhileShown(this, WATCH_MS, () => this.requestUpdate());
  }

  /** Cars of the heat that have an agent: what has none can't answer, and is caught anyway. */
  #cars() {
    const { feed, view } = this;
    return runRows(view).filter(
      (run) => run.car_id !== null && feed.reports.get(run.car_id)?.telemetry,
    );
  }

  render() {
    const { feed, view } = this;
    if (!feed || !view?.stop) return nothing;
    const cars = this.#cars();
    if (cars.length === 0) return nothing;
    return html`<ul class="stop-answers" data-testid="stop-answers">
      ${cars.map((run) => {
        const contact = contactOf(feed, run.car_id);
        const obeyed = view.stop.obeyed?.[run.car_id] ?? null;
        const isLost = obeyed === null && !contact.isHeard;
        return html`<li class=${isLost ? "stop-answers__lost" : ""}>
          <bdi>${carOf(view, run.car_id)?.name ?? run.car_id}</bdi>: ${answerText(obeyed, contact)}
        </li>`;
      })}
    </ul>`;
  }
}

customElements.define("stop-answers", StopAnswers);
