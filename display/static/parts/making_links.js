// The pages on which models are made and looked at, linked from each other and from where people are.

import { html } from "lit";
import { t } from "/static/i18n.js";

/** Address and name of each. */
const PAGES = [
  ["/train", "train.title"],
  ["/models", "library.title"],
  ["/lab", "lab.title"],
  ["/tracks", "tracks.title"],
];

/** All of them but the one that is open. */
export const makingLinks = (here = "") =>
  html`<nav class="making" aria-label=${t("making.pages")}>
    ${PAGES.filter(([address]) => address !== here).map(
      ([address, name]) => html`<a class="button" href=${address}>${t(name)}</a>`,
    )}
  </nav>`;
