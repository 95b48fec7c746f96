// Lets a lap drive along on the boards' maps as a ghost, for race control.

import { html, nothing } from "lit";
import { command, read } from "/static/api.js";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

/** `choice` is the lap as the server is asked for it: event, heat, entry, lap. */
class GhostCard extends PageElement {
  static properties = { choice: { attribute: false }, ghost: { state: true } };

  constructor() {
    super();
    this.ghost = null;
  }

  connectedCallback() {
    super.connectedCallback();
    perform(this, async () => (this.ghost = (await read("/venue/ghost")).lap));
  }

  async #set(method, body) {
    const answer = await perform(this, () => command("/venue/ghost", body, { method }));
    if (answer !== null) this.ghost = answer.lap ?? null;
  }

  render() {
    const { ghost, choice } = this;
    return html`<section class="panel" data-testid="ghost-card">
      <h2 class="panel__head">${t("analysis.ghost")}</h2>
      <p class="muted">${t("analysis.ghost_told")}</p>
      ${
        ghost === null
          ? nothing
          : html`<p class="digits" data-testid="ghost-now">
              ${t("analysis.ghost_is_on", { lap: ghost.number, heat: ghost.heat_number, time: lapTime(ghost.duration_us) })}
            </p>`
      }
      <p class="files">
        <button class="button" @click=${() => this.#set("PUT", choice)}>${t("analysis.ghost_set")}</button>
        ${ghost === null ? nothing : html`<button class="button" @click=${() => this.#set("DELETE", {})}>${t("analysis.ghost_gone")}</button>`}
      </p>
    </section>`;
  }
}

customElements.define("ghost-card", GhostCard);
