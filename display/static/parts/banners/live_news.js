// Tells screen readers what happens in the heat, once and politely; clocks that run stay silent.

import { html } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { announcement } from "/static/view_model.js";

class LiveNews extends PageElement {
  static properties = { view: { attribute: false } };

  #text = "";

  willUpdate(changed) {
    const before = changed.get("view") ?? null;
    if (before === null || this.view === null) return;
    const told = announcement(before, this.view);
    if (told?.key === "scene") this.#text = t(`scene.${told.code}`);
    if (told?.key === "lap")
      this.#text = t("news.lap", { number: told.lap.number, time: lapTime(told.lap.duration_us) });
  }

  render() {
    return html`<p class="visually-hidden" role="status" data-testid="news">${this.#text}</p>`;
  }
}

customElements.define("live-news", LiveNews);
