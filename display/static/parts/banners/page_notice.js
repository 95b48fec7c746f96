// Shows for a few seconds what came of an action, to eyes and to screen readers.

import { html } from "lit";
import { PageElement } from "/static/parts/element.js";

const SHOWN_MS = 7000;

class PageNotice extends PageElement {
  static properties = { notice: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.notice = { text: "", isError: false };
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  show(notice) {
    clearTimeout(this.timer);
    this.notice = notice;
    this.timer = setTimeout(() => (this.notice = { text: "", isError: false }), SHOWN_MS);
  }

  render() {
    const { text, isError } = this.notice;
    // As a property: the style sheet hides an empty notice, and white space isn't empty.
    return html`<p
      class="toast ${isError ? "toast--error" : ""}"
      role="status"
      data-testid="notice"
      .textContent=${text}
    ></p>`;
  }
}

customElements.define("page-notice", PageNotice);
