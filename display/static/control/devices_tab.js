// Who else may speak to the server: one-time codes, credentials, timing nodes and their gates.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { timeOfDay } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, formValues, textField } from "/static/parts/form.js";

const PEOPLE = ["organiser", "marshal", "driver"];
const DEVICES = ["node", "car", "tracker"];
const ROLES = [...DEVICES, ...PEOPLE];

/** A device may do only what concerns itself: its scope is its own name. */
const credentialBody = ({ role, principal }) => ({
  role,
  principal,
  scope: DEVICES.includes(role) ? principal : null,
});

class DevicesTab extends PageElement {
  static properties = {
    credentials: { state: true },
    nodes: { state: true },
    made: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.credentials = [];
    this.nodes = [];
    this.made = null;
    this.#load();
  }

  #load() {
    return perform(this, async () => {
      [this.credentials, this.nodes] = await Promise.all([read("/credentials"), read("/nodes")]);
    });
  }

  async #make(event) {
    const kind = event.submitter.value;
    const { role, principal } = formValues(event);
    const path = kind === "code" ? "/codes" : "/credentials";
    this.made = await submit(
      this,
      path,
      credentialBody({ role, principal }),
      t(`devices.made_${kind}`),
    );
    await this.#load();
  }

  async #revoke(credential) {
    await submit(
      this,
      `/credentials/${credential.credential_id}`,
      {},
      t("devices.revoked"),
      "DELETE",
    );
    await this.#load();
  }

  async #bind(event) {
    await submit(this, "/gates", formValues(event), t("devices.gate_bound"));
    await this.#load();
  }

  #result() {
    const { made } = this;
    if (made === null) return nothing;
    const text = made.code ?? made.token;
    const note = made.code
      ? t("devices.code_note", { time: timeOfDay(made.expires_utc, language()) })
      : t("devices.token_note");
    return html`<div class="secret">
      <input
        class="digits secret__text"
        readonly
        aria-label=${note}
        .value=${text}
        @focus=${(event) => event.target.select()}
      />
      <p class="muted">${note}</p>
    </div>`;
  }

  #pair() {
    return html`<section class="card">
      <h1 class="card__title">${t("devices.pair")}</h1>
      <p class="muted">${t("devices.pair_explain")}</p>
      <form class="form" @submit=${(event) => this.#make(event)}>
        ${choiceField(
          t("devices.role"),
          "role",
          ROLES.map((role) => [role, tCode("role", role)]),
        )}
        ${textField(t("devices.principal"), "principal")}
        <div class="form__buttons">
          <button class="button button--main" value="code">${t("devices.make_code")}</button>
          <button class="button" value="token">${t("devices.make_token")}</button>
        </div>
      </form>
      ${this.#result()}
    </section>`;
  }

  #credentials() {
    return html`<section class="card">
      <h2 class="card__title">${t("devices.credentials")}</h2>
      ${this.credentials.length === 0 ? html`<p class="muted">${t("devices.none")}</p>` : nothing}
      <ul class="rows">
        ${this.credentials.map(
          (each) =>
            html`<li class="row">
              <span class="row__main"
                ><bdi>${each.principal}</bdi>
                <span class="muted"
                  >${tCode("role", each.role)} · ${tCode("credential", each.kind)}</span
                ></span
              >
              <button class="button" @click=${() => this.#revoke(each)}>
                ${t("devices.revoke")}
              </button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #gates() {
    return html`<section class="card">
      <h2 class="card__title">${t("devices.nodes")}</h2>
      ${this.nodes.length === 0 ? html`<p class="muted">${t("devices.no_nodes")}</p>` : nothing}
      <ul class="rows">
        ${this.nodes.map((node) => html`<li class="row"><bdi class="row__main">${node.node_id}</bdi></li>`)}
      </ul>
      <form class="form form--line" @submit=${(event) => this.#bind(event)}>
        ${textField(t("devices.node"), "node_id", { list: "nodes" })}
        <datalist id="nodes">
          ${this.nodes.map((node) => html`<option value=${node.node_id}></option>`)}
        </datalist>
        ${textField(t("devices.gate"), "gate", { value: "finish" })}
        ${choiceField(t("devices.gate_role"), "role", [["finish", t("devices.finish_line")]])}
        <button class="button">${t("devices.bind_gate")}</button>
      </form>
    </section>`;
  }

  render() {
    return html`${this.#pair()} ${this.#credentials()} ${this.#gates()}`;
  }
}

customElements.define("devices-tab", DevicesTab);
