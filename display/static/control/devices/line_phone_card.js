// A helper's phone at the line, as a backup gate: a code to scan, which logs it in as a marshal.

import { html, nothing } from "lit";
import { qrCode } from "/static/control/people/join_card.js";
import { timeOfDay } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { outsideUrl } from "/static/board/outside_url.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import "/static/parts/forms/copy_box.js";

class LinePhoneCard extends PageElement {
  static properties = { made: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.made = null;
  }

  async #make() {
    const body = { role: "marshal", principal: "line-phone" };
    const made = await submit(this, "/codes", body, t("devices.made_code"));
    if (made !== null) this.made = { ...made, url: (await outsideUrl()) ?? location.origin };
  }

  #code() {
    if (this.made === null) return nothing;
    const { code, expires_utc: expires, url } = this.made;
    return html`<div class="secret">
      ${qrCode(`/line#code=${code}`, t("line.qr"))}
      <p class="muted">${t("devices.code_note", { time: timeOfDay(expires, language()) })}</p>
      <copy-box .text=${`${url}/line#code=${code}`} .label=${t("devices.code_address")}></copy-box>
    </div>`;
  }

  render() {
    return html`<section class="card">
      <h2 class="card__title">${t("line.title")}</h2>
      <p class="muted">${t("line.card")}</p>
      <div class="form__buttons">
        <button class="button" @click=${() => this.#make()}>${t("line.make_code")}</button>
        <a class="button" href="/line" target="_blank" rel="noopener">${t("line.open")}</a>
      </div>
      ${this.#code()}
    </section>`;
  }
}

customElements.define("line-phone-card", LinePhoneCard);
