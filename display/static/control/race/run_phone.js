// The code by which one phone drives one run: for a driver at the line without a sign-in.

import { html, nothing } from "lit";
import { qrCode } from "/static/control/people/join_card.js";
import { timeOfDay } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { outsideUrl } from "/static/board/outside_url.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import "/static/parts/forms/copy_box.js";

class RunPhone extends PageElement {
  static properties = { path: { attribute: false }, made: { state: true } };

  constructor() {
    super();
    this.made = null;
  }

  willUpdate(changed) {
    if (changed.has("path")) this.made = null;
  }

  async #make() {
    const made = await submit(this, this.path, {}, t("devices.made_code"));
    if (made !== null) this.made = { ...made, url: (await outsideUrl()) ?? location.origin };
  }

  render() {
    if (this.made === null)
      return html`<button class="button" @click=${() => this.#make()}>${t("drive.phone")}</button>`;
    const { code, expires_utc: expires, url } = this.made;
    return html`<div class="secret">
      ${qrCode(`/drive#code=${code}`, t("drive.qr"))}
      <p class="muted">${t("devices.code_note", { time: timeOfDay(expires, language()) })}</p>
      <copy-box .text=${`${url}/drive#code=${code}`} .label=${t("devices.code_address")}></copy-box>
      <button class="button" @click=${() => (this.made = null)}>${t("drive.phone_done")}</button>
    </div>`;
  }
}

customElements.define("run-phone", RunPhone);
