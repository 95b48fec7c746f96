// How this screen shows things: its theme and its language, at the foot of what is held in a hand.

import { html } from "lit";
import { LANGUAGES, language, languageLoaded, switchLanguage, t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";

const THEMES = ["auto", "light", "dark"];
/** Each in its own language: who can't read the page's finds theirs. */
const LANGUAGE_NAMES = { en: "English", es: "Español" };

class ScreenChoices extends PageElement {
  #chooseTheme(event) {
    document.dispatchEvent(new CustomEvent("choosetheme", { detail: event.target.value }));
    const address = new URL(location.href);
    address.searchParams.delete("theme");
    history.replaceState(history.state, "", address);
  }

  #choice(label, testId, options, onChange) {
    return html`<label class="field">
      <span>${label}</span>
      <select data-testid=${testId} @change=${onChange}>
        ${options}
      </select>
    </label>`;
  }

  render() {
    const chosen = document.documentElement.dataset.themeChoice;
    const themes = THEMES.map(
      (theme) =>
        html`<option value=${theme} ?selected=${theme === chosen}>${t(`theme.${theme}`)}</option>`,
    );
    const languages = LANGUAGES.map(
      (code) =>
        html`<option value=${code} lang=${code} ?selected=${code === language()}>
          ${LANGUAGE_NAMES[code]}
        </option>`,
    );
    return html`<aside class="screen-choices" aria-label=${t("theme.this_screen")}>
      ${this.#choice(t("theme.title"), "theme", themes, (event) => this.#chooseTheme(event))}
      ${this.#choice(t("theme.language"), "language", languages, (event) => switchLanguage(event.target.value))}
    </aside>`;
  }
}

await languageLoaded;
customElements.define("screen-choices", ScreenChoices);
