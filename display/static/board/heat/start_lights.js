// The five start lights, one more each second until all go out: the cars may drive.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { isBeforeGo } from "/static/view_model.js";
import { FrameElement } from "/static/parts/frame_element.js";

export const LAMPS = 5;
export const US_PER_LAMP = 1_000_000;
/** How long 'Go!' stays. */
export const GO_US = 2_000_000;

class StartLights extends FrameElement {
  static properties = { feed: { attribute: false }, heat: { attribute: false } };

  show() {
    const { heat } = this;
    const nowUs = this.feed?.raceNowUs() ?? null;
    const row = this.firstElementChild;
    if (row === null || nowUs === null || heat.lights_us === null) return;
    const isOn = isBeforeGo(heat, nowUs);
    this.hidden = nowUs >= heat.started_us + GO_US;
    const lit = isOn ? 1 + Math.floor((nowUs - heat.lights_us) / US_PER_LAMP) : 0;
    [...row.querySelectorAll("i")].forEach((lamp, at) =>
      lamp.classList.toggle("is-lit", at < Math.min(lit, LAMPS)),
    );
    row.classList.toggle("start-lights--go", !isOn);
  }

  render() {
    return html`<div class="start-lights" role="img" aria-label=${t("race.lights")}>
      <i></i><i></i><i></i><i></i><i></i>
      <strong class="start-lights__go">${t("race.lights_go")}</strong>
    </div>`;
  }
}

customElements.define("start-lights", StartLights);
