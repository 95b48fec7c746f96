// Logs of simulations that one brought: the list, and the field by which another is brought.

import { html, nothing } from "lit";
import { upload } from "/static/api.js";
import { t } from "/static/i18n.js";
import { submit } from "/static/parts/act.js";
import { BringingElement } from "/static/parts/forms/bringing.js";

/** `logs` is what there is; `changed` hears of the log that was brought, or null where one went. */
class LogsCard extends BringingElement {
  static properties = { logs: { attribute: false }, changed: { attribute: false } };

  async #bring(event) {
    event.preventDefault();
    const file = new FormData(event.target).get("log");
    if (this.isBusy || !file?.size) return;
    const path = `/training-logs?name=${encodeURIComponent(file.name)}`;
    const words = (log) => t("analysis.log_brought", { name: log.name, count: log.episodes });
    const kept = await this.bring(event.target, () => upload(path, file, { method: "POST" }), words);
    if (kept !== null) await this.changed(kept);
  }

  async #remove(log) {
    if (!confirm(t("analysis.log_sure", { name: log.name }))) return;
    const done = t("analysis.log_deleted");
    if ((await submit(this, `/training-logs/${log.log_id}`, {}, done, "DELETE")) !== null) await this.changed(null);
  }

  render() {
    const { logs, isBusy, refusal } = this;
    return html`<section class="panel" data-testid="logs">
      <h2 class="panel__head">${t("analysis.logs")}</h2>
      <p class="muted">${t("analysis.logs_told")}</p>
      <ul class="logs">
        ${logs.map(
          (log) =>
            html`<li class="log">
              <span><bdi>${log.name}</bdi>
                <span class="muted digits">${t("analysis.log_note", { count: log.episodes })}</span></span>
              <span class="log__buttons">
                <button class="button" @click=${() => this.changed(log)}>${t("analysis.look")}</button>
                <button class="button" @click=${() => this.#remove(log)}>${t("model.delete")}</button>
              </span>
            </li>`,
        )}
      </ul>
      <form class="logs__form" @submit=${(event) => this.#bring(event)}>
        <label class="field"><span>${t("analysis.log_file")}</span>
          <input type="file" name="log" accept=".csv,text/csv" required /></label>
        <button class="button button--main" ?disabled=${isBusy}>${t("analysis.log_bring")}</button>
      </form>
      ${refusal === "" ? nothing : html`<p class="warning" role="alert">${refusal}</p>`}
    </section>`;
  }
}

customElements.define("logs-card", LogsCard);
