// A car's emergency stop, or why there is none: a car without a link can be stopped by hand alone.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { pressedNow } from "/static/parts/cars/buttons.js";
import { hasLink } from "/static/parts/cars/state.js";
import { PageElement } from "/static/parts/element.js";

/** `act` takes path, body and what is said once it is done; `kind` is the button's own class. */
class CarStop extends PageElement {
  static properties = {
    feed: { attribute: false },
    run: { attribute: false },
    act: { attribute: false },
    kind: { attribute: false },
  };
  /** A car that is heard for the first time can be stopped from then on. */
  #onReport = (event) => event.detail.kind === "telemetry" && this.requestUpdate();

  constructor() {
    super();
    this.kind = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.feed.addEventListener("report", this.#onReport);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.feed.removeEventListener("report", this.#onReport);
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
