// Marshalling: any heat's passes, laps and runs, the tray, protests, and every ruling with its undo.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { auditCard } from "/static/control/marshal/audit_card.js";
import { protestCard } from "/static/control/marshal/protest_card.js";
import { runCard } from "/static/control/marshal/run_card.js";
import { sheetCard } from "/static/control/marshal/sheet_card.js";
import { trayCard } from "/static/control/marshal/tray_card.js";
import { notify, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import "/static/control/marshal/ruling_dialog.js";
import "/static/control/marshal/stray_passes.js";

class MarshalTab extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    found: { state: true },
    chosenId: { state: true },
    areAllShown: { state: true },
  };

  #isReading = false;
  #isStale = false;

  constructor() {
    super();
    this.found = null;
    this.chosenId = null;
    this.areAllShown = false;
  }

  willUpdate(changed) {
    if (!changed.has("view") || !this.view) return;
    if (changed.get("view")?.event_id !== this.view.event_id) {
      this.found = null;
      this.chosenId = null;
    }
    this.#refresh();
  }

  get #event() {
    return `/events/${this.view.event_id}`;
  }

  /**
   * The heat to look at: the one that was chosen, else the one on track or the last that started.
   * While a fold of the sheet is open somebody is at work there: it stays.
   */
  #wanted(heats) {
    const known = (heatId) => heats.some((heat) => heat.heat_id === heatId);
    if (known(this.chosenId)) return this.chosenId;
    const shownId = this.found?.sheet?.heat_id;
    const isAtWork = this.querySelector('[data-testid="sheet"] details[open]') !== null;
    if (isAtWork && known(shownId)) return shownId;
    const newest = heats.toSorted((left, right) => left.started_us - right.started_us).at(-1);
    return newest?.heat_id ?? null;
  }

  /** Reads all again; what changes meanwhile is read once more afterwards. */
  async #refresh() {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale && this.isConnected) {
      this.#isStale = false;
      const eventId = this.view.event_id;
      try {
        const found = await this.#read(`/events/${eventId}`);
        if (this.view.event_id === eventId) this.found = found;
      } catch {
        // no contact: the banner says so, and the next change of the document asks again
      }
    }
    this.#isReading = false;
  }

  async #read(event) {
    const [all, rulings, protests, tray] = await Promise.all([
      read(`${event}/heats`),
      read(`${event}/rulings`),
      read(`${event}/protests`),
      read(`${event}/tray`),
    ]);
    const heats = all.filter((heat) => heat.started_us !== null);
    const heatId = this.#wanted(heats);
    const sheet = heatId === null ? null : await read(`${event}/heats/${heatId}/sheet`);
    return { heats, rulings, protests, tray, sheet };
  }

  /**
   * Asks with a preview, or (`isPrompt`, where every second counts) rules at once; resolves to
   * whether it was ruled.
   */
  async #rule(asked) {
    const path = `${this.#event}${asked.path}`;
    const body = asked.body ?? {};
    const outcome = asked.isPrompt
      ? await submit(this, path, body)
      : await this.querySelector("ruling-dialog").ask({ ...asked, path, body });
    if (outcome === null) return false;
    notify(this, t("marshal.ruled", { what: asked.title }));
    this.#refresh();
    return true;
  }

  async #lodge(body) {
    const outcome = await submit(this, `${this.#event}/protests`, body, t("marshal.lodged"));
    this.#refresh();
    return outcome !== null;
  }

  #name(heat) {
    const names = heat.entry_ids.map((entryId) => entryOf(this.view, entryId).name);
    return [t("control.heat", { number: heat.number }), names.join(", ")].join(" · ");
  }

  #choose(heatId) {
    this.chosenId = heatId;
    this.#refresh();
  }

  #choice() {
    const { sheet } = this.found;
    return html`<label class="field">
      <span>${t("control.heat_chosen")}</span>
      <select @change=${(event) => this.#choose(event.target.value)}>
        ${this.found.heats
          .toReversed()
          .map(
            (heat) =>
              html`<option value=${heat.heat_id} .selected=${heat.heat_id === sheet.heat_id}>
                ${this.#name(heat)}${heat.phase === "running" ? ` (${t("control.heat_now")})` : nothing}
              </option>`,
          )}
      </select>
    </label>`;
  }

  /** The runs of all heats that a pass may be given to, those of the heat on show first. */
  #others() {
    const { heats, sheet } = this.found;
    const own = heats.filter((heat) => heat.heat_id === sheet?.heat_id);
    const rest = heats.filter((heat) => heat.heat_id !== sheet?.heat_id).toReversed();
    return [...own, ...rest].flatMap((heat) =>
      heat.entry_ids.map((entryId) => [
        `${heat.heat_id} ${entryId}`,
        `${entryOf(this.view, entryId).name} · ${t("control.heat", { number: heat.number })}`,
      ]),
    );
  }

  #cards() {
    const { view, feed, found } = this;
    const { sheet, tray, protests, rulings } = found;
    const rule = (asked) => this.#rule(asked);
    const others = this.#others();
    return html`${trayCard(view, tray, rule)}
      ${
        sheet === null
          ? html`<p class="card muted">${t("marshal.no_heat")}</p>`
          : html`${sheetCard(view, sheet, this.#choice(), { rule, others })}
            ${runCard(view, feed, sheet, rule)}`
      }
      <stray-passes .eventId=${view.event_id} .others=${others} .rule=${rule}></stray-passes>
      ${protestCard(view, feed, protests, sheet, {
        rule,
        lodge: (body) => this.#lodge(body),
      })}
      ${auditCard(view, rulings, {
        rule,
        areAllShown: this.areAllShown,
        showAll: () => (this.areAllShown = true),
      })}`;
  }

  render() {
    const { view, found } = this;
    if (!view) return html`<p class="card">${t("control.no_event")}</p>`;
    return html`${found === null ? nothing : this.#cards()}
      <ruling-dialog .view=${view}></ruling-dialog>`;
  }
}

customElements.define("marshal-tab", MarshalTab);
