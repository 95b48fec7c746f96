// A car's emergency stop, or why there is none: a car without a link can be stopped by hand alone.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { pressedNow } from "/static/parts/cars/buttons.js";
import { hasLink } from "/static/parts/cars/state.js";
import { PageElement } from "/static/parts/element.js";
import { drawnWithReports } from "/static/parts/while_shown.js";

/** `act` takes path, body and what is said once it is done; `kind` is the button's own class. */
class CarStop extends PageElement {
  static properties = {
    feed: { attribute: false },
    run: { attribute: false },
    act: { attribute: false },
    kind: { attribute: false },
  };

  constructor() {
    super();
    this.kind = "";
    // A car that is heard for the first time can be stopped from then on.
    drawnWithReports(this);
  }

  render() {
    const { feed, run, act, kind } = this;
    if (run.car_id === null) return nothing;
    if (!hasLink(feed, run)) return html`<p class="no-stop">${t("stop.none")}</p>`;
    const path = `/cars/${encodeURIComponent(run.car_id)}/stop`;
    // Never greyed out: whoever presses it twice means it.
    return html`<button
      class="button button--e-stop ${kind}"
      @click=${() => act(path, pressedNow(feed), t("stop.sent"))}
    >
      ${t("stop.car")}
    </button>`;
  }
}

customElements.define("car-stop", CarStop);
