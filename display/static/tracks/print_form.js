// Printing a track at its real size: which paper, what of it, and how many sheets that takes.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField } from "/static/parts/forms/form.js";

const PAPERS = ["a4", "a3", "letter"];
const PARTS = ["road", "borders", "centre"];

class TrackPrint extends PageElement {
  static properties = { trackId: { attribute: false }, sheets: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.sheets = null;
    this.query = new URLSearchParams({ paper: "a4", printed: "road" });
  }

  async #count() {
    const query = String(this.query);
    this.sheets = null;
    const found = await perform(this, () => read(`/tracks/${this.trackId}/sheets?${query}`));
    if (query === String(this.query)) this.sheets = found;
  }

  #opened(event) {
    if (event.target.open && this.sheets === null) this.#count();
  }

  #choose(event) {
    this.query.set(event.target.name, event.target.value);
    this.#count();
    this.requestUpdate();
  }

  render() {
    const { sheets, query, trackId } = this;
    const papers = PAPERS.map((code) => [code, tCode("paper", code)]);
    const parts = PARTS.map((code) => [code, tCode("track_print", code)]);
    return html`<details class="details" @toggle=${(event) => this.#opened(event)}>
      <summary>${t("tracks.print")}</summary>
      <form class="form" @change=${(event) => this.#choose(event)} @submit=${(event) => event.preventDefault()}>
        ${choiceField(t("tracks.paper"), "paper", papers, query.get("paper"))}
        ${choiceField(t("tracks.printed"), "printed", parts, query.get("printed"))}
        <p role="status" data-testid="sheets">${sheets === null ? nothing : t("tracks.sheets", { count: sheets.sheets_n })}</p>
        <a class="button button--main" href=${`/api/v1/tracks/${trackId}/sheets.pdf?${query}`} download>${t("tracks.print_pdf")}</a>
        <p class="muted">${t("tracks.print_hint")}</p>
      </form>
    </details>`;
  }
}

customElements.define("track-print", TrackPrint);
