// Where an event's files are: for spreadsheets, for the web, for paper, and the signed bundle.

import { html } from "lit";
import { language, t } from "/static/i18n.js";

/** Each file's name below `/results/`, by the text of its link. */
const files = () => [
  [t("files.pdf"), "results.pdf"],
  [t("files.heats"), "heats.pdf"],
  [t("files.drivers"), "drivers.pdf"],
  [t("files.certificates"), "certificates.pdf"],
  [t("files.html"), "results.html"],
  [t("files.csv"), "results.csv"],
  [t("files.laps"), "laps.csv"],
  [t("files.runs"), "runs.csv"],
  [t("files.json"), "results.json"],
  [t("files.bundle"), "bundle.zip"],
];

const address = (eventId, name) =>
  `/api/v1/events/${encodeURIComponent(eventId)}/results/${name}?lang=${language()}`;

/** `withModels` offers the bundle that holds drivers' models, which organisers alone may have. */
export const downloads = (eventId, withModels = false) =>
  html`<ul class="downloads" data-testid="downloads">
    ${[...files(), ...(withModels ? [[t("files.bundle_with_models"), "bundle-with-models.zip"]] : [])].map(
      ([text, name]) =>
        html`<li><a class="button" download href=${address(eventId, name)}>${text}</a></li>`,
    )}
  </ul>`;
