// A text to carry elsewhere, shown whole: a tap selects it, a button copies it.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { notify } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

class CopyBox extends PageElement {
  static properties = { text: { type: String }, label: { type: String } };

  get #area() {
    return this.querySelector("textarea");
  }

  /** Not by `navigator.clipboard`: browsers lack it where a page came over plain HTTP. */
  #copy() {
    this.#area.focus();
    this.#area.select();
    const isCopied = document.execCommand("copy");
    notify(this, isCopied ? t("copy.done") : t("copy.selected"));
  }

  /** As high as its lines, so that nothing of the text is hidden. */
  updated() {
    this.#area.style.height = "0";
    this.#area.style.height = `${this.#area.scrollHeight + 2}px`;
  }

  render() {
    return html`<textarea
        class="copy-box__text"
        readonly
        rows="1"
        spellcheck="false"
        aria-label=${this.label}
        .value=${this.text}
        @focus=${(event) => event.target.select()}
        @click=${(event) => event.target.select()}
      ></textarea>
      <button class="button" type="button" @click=${() => this.#copy()}>${t("copy.copy")}</button>`;
  }
}

customElements.define("copy-box", CopyBox);
