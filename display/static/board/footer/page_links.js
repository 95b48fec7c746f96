// The way from the board to the pages behind it, small enough not to be read from the stands.

import { html } from "lit";
import { t } from "/static/i18n.js";

const link = (address, text) => html`<a class="page-links__link" href=${address}>${text}</a>`;

export const pageLinks = () =>
  html`<nav class="page-links" aria-label=${t("nav.more")} data-testid="page-links">
    ${link("/results", t("nav.results"))} ${link("/start-list", t("nav.start_list"))}
    ${link("/season", t("nav.season"))} ${link("/virtual", t("nav.virtual"))}
    ${link("/control", t("nav.control"))}
  </nav>`;
