// Every screen of the venue: what it is for, where it is, how it comes into OBS.

import { html, nothing } from "lit";
import { LANGUAGES, t } from "/static/i18n.js";
import { outsideUrl } from "/static/board/outside_url.js";
import { SCREENS, screenPath } from "/static/control/screens/addresses.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, numberField } from "/static/parts/forms/form.js";
import "/static/parts/forms/copy_box.js";

class ScreensCard extends PageElement {
  static properties = { base: { state: true }, options: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.base = location.origin;
    this.options = { lang: "", scale: 1, rows: 10 };
    outsideUrl().then((url) => (this.base = url ?? location.origin));
  }

  #choose(event) {
    this.options = { ...this.options, [event.target.name]: event.target.value };
  }

  #options() {
    const languages = LANGUAGES.map((code) => [code, t(`language.${code}`)]);
    const { scale, rows } = this.options;
    return html`<form class="form form--line" @submit=${(event) => event.preventDefault()} @input=${(event) => this.#choose(event)}>
      ${choiceField(t("screens.language"), "lang", [["", t("screens.as_device")], ...languages])}
      ${numberField(t("screens.scale"), "scale", { value: scale, least: 0.25, most: 4, step: 0.05 })}
      ${numberField(t("screens.rows"), "rows", { value: rows, least: 1, most: 20 })}
    </form>`;
  }

  #screen(screen) {
    const path = screenPath(screen, this.options);
    const title = t(`screen_title.${screen.name}`);
    return html`<li>
      <details class="details" data-screen=${screen.name}>
        <summary><strong>${title}</strong> <code class="muted">${screen.path}</code></summary>
        <div class="screen">
          <img
            class="qr"
            loading="lazy"
            src=${`/api/v1/qr.svg?path=${encodeURIComponent(path)}`}
            alt=${t("screens.qr", { title })}
          />
          <div class="screen__text">
            <p>${t(`screen_use.${screen.name}`)}</p>
            ${screen.isOverlay ? html`<p class="muted">${t("screens.obs")}</p>` : nothing}
            <copy-box .text=${`${this.base}${path}`} .label=${t("screens.address", { title })}></copy-box>
            <a class="button" href=${path} target="_blank" rel="noopener">${t("screens.open")}</a>
          </div>
        </div>
      </details>
    </li>`;
  }

  render() {
    return html`<section class="card" id="screens">
      <h2 class="card__title">${t("screens.title")}</h2>
      <p class="muted">${t("screens.lead")}</p>
      ${this.#options()}
      <ul class="screens" data-testid="screens">
        ${SCREENS.map((screen) => this.#screen(screen))}
      </ul>
    </section>`;
  }
}

customElements.define("screens-card", ScreensCard);
