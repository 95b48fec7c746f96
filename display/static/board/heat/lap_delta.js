// The lap under way against the own best and the leader's: what is known of it, while it runs.

import { html, nothing } from "lit";
import { gap } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { rivalsOf, sectorDelta, wayDelta } from "/static/board/heat/delta.js";
import { everyWhileShown } from "/static/parts/while_shown.js";

const SHOWN_EVERY_MS = 200;
const EQUAL_US = 10_000;
const ARROWS = { ahead: "▲", behind: "▼", equal: "" };
/** Places come ten times a second: a difference by them is known to a few hundredths. */
const hundredths = (us) => (Math.abs(us) < EQUAL_US ? "0.00" : gap(us).slice(0, -1));
const ABOUT_US = 1000;

/** `isBrief` is for one row of several: against the own best, until there is one the leader's. */
class LapDelta extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    traces: { attribute: false },
    run: { attribute: false },
    isBrief: { attribute: false },
  };

  constructor() {
    super();
    everyWhileShown(this, SHOWN_EVERY_MS, () => this.requestUpdate());
  }

  /** By places where this screen saw the other lap whole, else by sectors, else nothing. */
  #against(reference) {
    if (reference === null) return null;
    const { run, traces } = this;
    const way = traces.wayUnderWay(run.car_id, run.lap_opened_us);
    const us = wayDelta(way, traces.wayOfLap(reference.pass_ref));
    if (us !== null) return { us, text: `≈ ${hundredths(us)}`, where: "" };
    const by = sectorDelta(run.sectors, reference);
    if (by === null) return null;
    const about = by.boundUs >= ABOUT_US ? "≈ " : "";
    return { us: by.us, text: about + gap(by.us), where: t("sector.name", { first: by.sector }) };
  }

  #line(label, against, testId) {
    if (against === null) return nothing;
    const isEqual = Math.abs(against.us) < EQUAL_US && against.where === "";
    const way = isEqual ? "equal" : against.us < 0 ? "ahead" : "behind";
    return html`<p class="live-delta live-delta--${way}" data-testid=${testId}>
      <span class="label">${label}</span>
      <span class="live-delta__value digits"
        ><span aria-hidden="true">${ARROWS[way]}</span> ${against.text}</span
      >
      ${against.where === "" ? nothing : html`<span class="live-delta__where">${against.where}</span>`}
    </p>`;
  }

  render() {
    const { feed, view, run, isBrief } = this;
    if (!feed?.hasContact || run.lap_opened_us === null) return html`<div class="live-deltas"></div>`;
    const { own, leader } = rivalsOf(view, run.entry_id);
    const isLeaderShown = !isBrief || own === null;
    return html`<div class="live-deltas">
      ${this.#line(t("delta.own"), this.#against(own), "delta-own")}
      ${isLeaderShown ? this.#line(t("delta.leader"), this.#against(leader), "delta-leader") : nothing}
    </div>`;
  }
}

customElements.define("lap-delta", LapDelta);
