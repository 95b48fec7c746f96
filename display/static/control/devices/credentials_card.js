// Who may come in, by name, each with the button that shuts it out.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";

/** A driver is known by name: the id in a credential tells nobody whom it shuts out. */
function nameOf({ role, principal }, drivers) {
  const driver = drivers.find((each) => role === "driver" && each.driver_id === principal);
  return driver?.name ?? principal;
}

export const credentialsCard = ({ credentials, drivers }, revoke) =>
  html`<section class="card" data-testid="credentials">
    <h2 class="card__title">${t("devices.credentials")}</h2>
    ${credentials.length === 0 ? html`<p class="muted">${t("devices.none")}</p>` : nothing}
    <ul class="rows">
      ${credentials.map(
        (each) =>
          html`<li class="row">
            <span class="row__main"
              ><bdi>${nameOf(each, drivers)}</bdi>
              <span class="muted">${tCode("role", each.role)} · ${tCode("credential", each.kind)}</span></span
            >
            <button class="button" @click=${() => revoke(each)}>${t("devices.revoke")}</button>
          </li>`,
      )}
    </ul>
  </section>`;
