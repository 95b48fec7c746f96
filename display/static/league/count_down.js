// <count-down>: what is left until an instant of the calendar, by the server's clock.

import { html } from "lit";
import { countdown } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const STEP_MS = 1000;
const MS_PER_HOUR = 3_600_000;
const HOURS_PER_DAY = 24;
const US_PER_MS = 1000;

/** 2 d 4 h; below a day 3:04:05 or 4:05. */
function left(ms) {
  const hours = Math.floor(ms / MS_PER_HOUR);
  if (hours >= HOURS_PER_DAY)
    return t("league.days_hours", { days: Math.floor(hours / HOURS_PER_DAY), hours: hours % HOURS_PER_DAY });
  const [minutes, seconds] = countdown((ms - hours * MS_PER_HOUR) * US_PER_MS).split(":");
  return hours > 0 ? `${hours}:${minutes.padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** `until` is ISO 8601, `ahead` how many ms the server's clock is before this device's; tells `over`. */
class CountDown extends PageElement {
  static properties = { until: { attribute: false }, ahead: { attribute: false } };

  #isOver = false;

  constructor() {
    super();
    everyWhileShown(this, STEP_MS, () => this.requestUpdate());
  }

  willUpdate(changed) {
    if (changed.has("until")) this.#isOver = false;
  }

  get #leftMs() {
    return Math.max(0, Date.parse(this.until) - Date.now() - this.ahead);
  }

  updated() {
    if (this.#leftMs > 0 || this.#isOver) return;
    this.#isOver = true;
    this.dispatchEvent(new CustomEvent("over"));
  }

  render() {
    return html`<span class="digits" role="timer">${left(this.#leftMs)}</span>`;
  }
}

customElements.define("count-down", CountDown);
