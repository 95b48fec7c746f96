// The passes and laps of one heat: the one on show, or an earlier one that is to be corrected.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { passList } from "/static/control/passes/pass_list.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

/** Changes whenever a ruling is made or taken back: laps of any heat may then count otherwise. */
const rulingsState = (view) =>
  Object.values(view.rulings)
    .map((ruling) => `${ruling.ruling_id} ${ruling.is_reversed}`)
    .join();

class HeatPasses extends PageElement {
  static properties = {
    view: { attribute: false },
    isBusy: { attribute: false },
    onVoid: { attribute: false },
    onReverse: { attribute: false },
    earlier: { state: true },
    chosen: { state: true },
  };

  constructor() {
    super();
    this.earlier = [];
    this.chosen = null;
  }

  willUpdate(changed) {
    if (!changed.has("view")) return;
    const { view } = this;
    const before = changed.get("view");
    if (before?.event_id !== view.event_id) this.chosen = null;
    if (before?.event_id !== view.event_id || before?.heat?.heat_id !== view.heat.heat_id)
      this.#loadEarlier();
    if (this.chosen !== null && rulingsState(before) !== rulingsState(view))
      this.#choose(this.chosen.heat.heat_id);
  }

  async #loadEarlier() {
    const { event_id: eventId, heat: shown } = this.view;
    try {
      const heats = await read(`/events/${eventId}/heats`);
      this.earlier = heats.filter(
        (heat) => heat.phase === "finished" && heat.heat_id !== shown.heat_id,
      );
    } catch {
      this.earlier = []; // the heat on show goes on; the next one asks again
    }
  }

  /** Reads a heat with all rulings, since the live document holds only the newest of them. */
  async #choose(heatId) {
    this.wanted = heatId;
    if (heatId === "") {
      this.chosen = null;
      return;
    }
    const path = `/events/${this.view.event_id}`;
    const found = await perform(this, () =>
      Promise.all([read(`${path}/heats/${heatId}`), read(`${path}/rulings`)]),
    );
    if (found === null || this.wanted !== heatId) return;
    const [heat, rulings] = found;
    const byId = rulings.map((ruling) => [ruling.ruling_id, ruling]);
    this.chosen = { heat, rulings: Object.fromEntries(byId) };
  }

  #choice() {
    const { view, earlier, chosen } = this;
    if (earlier.length === 0) return nothing;
    const { heat: now } = view;
    const nowIds = Object.keys(now.is_practice ? {} : now.runs);
    const word = (heat, entryIds) => {
      const names = entryIds.map((entryId) => entryOf(view, entryId).name);
      return `${t("control.heat", { number: heat.number })} · ${names.join(", ")}`;
    };
    return html`<label class="field">
      <span>${t("control.heat_chosen")}</span>
      <select @change=${(event) => this.#choose(event.target.value)}>
        <option value="" .selected=${chosen === null}>
          ${word(now, nowIds.length > 0 ? nowIds : [now.entry_id])} (${t("control.heat_now")})
        </option>
        ${earlier
          .toReversed()
          .map(
            (heat) =>
              html`<option value=${heat.heat_id} .selected=${heat.heat_id === chosen?.heat.heat_id}>
                ${word(heat, heat.entry_ids)}
              </option>`,
          )}
      </select>
    </label>`;
  }

  render() {
    const { view, chosen, isBusy, onVoid, onReverse } = this;
    const shown = chosen === null ? view : { ...view, ...chosen };
    return passList(shown, this.#choice(), { isBusy, onVoid, onReverse });
  }
}

customElements.define("heat-passes", HeatPasses);
