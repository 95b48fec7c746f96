// The pages on which models are made and looked at, and the way to them from where people are.

import { html } from "lit";
import { t } from "/static/i18n.js";

/** Address and name of each. */
export const MAKING_PAGES = Object.freeze([
  ["/train", "train.title"],
  ["/models", "library.title"],
  ["/lab", "lab.title"],
  ["/tracks", "tracks.title"],
]);

/** All of them, as buttons. */
export const makingLinks = () =>
  html`<nav class="making" aria-label=${t("making.pages")}>
    ${MAKING_PAGES.map(
      ([address, name]) => html`<a class="button" href=${address}>${t(name)}</a>`,
    )}
  </nav>`;
