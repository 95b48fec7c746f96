// The list of race control's keys, and the switch for whoever wants none.

import { html } from "lit";
import { t, tCode } from "/static/i18n.js";
import { KEYS, LIST_KEY, areKeysOn, switchKeys } from "/static/control/keys/shortcuts.js";
import { PageElement } from "/static/parts/element.js";

const keyCap = (key) => html`<kbd>${key}</kbd>`;

/** "Shift" is written on no Spanish keyboard. */
const caps = (key) =>
  key.split("+").map((each) => keyCap(each === "Shift" ? t("keys.shift") : each));

const raceKeys = () => [
  [KEYS.next, t("control.next")],
  [KEYS.arm, t("race.arm")],
  [KEYS.start, t("control.start")],
  [KEYS.stop, t("control.stop")],
  [t("keys.space"), t("control.manual_pass")],
  [KEYS.offTrack, t("control.off_track")],
  [KEYS.undo, t("action.undo")],
  [KEYS.pause, `${t("race.pause")} / ${t("race.resume")}`],
  [KEYS.green, tCode("flag", "green")],
  [KEYS.yellow, tCode("flag", "yellow")],
  [KEYS.red, tCode("flag", "red")],
  [KEYS.stopAll, t("stop.all")],
];

const list = (title, rows) =>
  html`<h3 class="label">${title}</h3>
    <dl class="keys">
      ${rows.map(([key, words]) => html`<div><dt>${caps(key)}</dt><dd>${words}</dd></div>`)}
    </dl>`;

/** `tabs` are the tabs' names in their order. */
class KeyList extends PageElement {
  static properties = { tabs: { attribute: false } };

  show() {
    this.querySelector("dialog").showModal();
  }

  #switch(event) {
    switchKeys(event.target.checked);
    this.requestUpdate();
    this.dispatchEvent(new Event("keys-switched", { bubbles: true }));
  }

  render() {
    const tabs = this.tabs.map((tab, at) => [String(at + 1), t(`control.tab_${tab}`)]);
    const close = () => this.querySelector("dialog").close();
    return html`<dialog class="dialog dialog--keys" aria-labelledby="keys-title">
      <div class="keys__head">
        <h2 id="keys-title">${t("keys.title")}</h2>
        <button class="button" autofocus @click=${close}>${t("action.close")}</button>
      </div>
      <p class="muted">${t("keys.lead")}</p>
      <div class="keys__lists">
        <section>${list(t("control.tab_race"), raceKeys())}</section>
        <section>${list(t("keys.everywhere"), [...tabs, [LIST_KEY, t("keys.this_list")]])}</section>
      </div>
      <label class="check">
        <input type="checkbox" .checked=${areKeysOn()} @change=${(event) => this.#switch(event)} />
        <span>${t("keys.on")}</span>
      </label>
    </dialog>`;
  }
}

customElements.define("key-list", KeyList);
