// Who else may speak to the server: one-time codes, credentials, timing nodes and their gates.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { timeOfDay } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { idOf } from "/static/control/ids.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { choiceField, formValues, numberField, textField } from "/static/parts/forms/form.js";
import { outsideUrl } from "/static/board/outside_url.js";
import { credentialsCard } from "/static/control/devices/credentials_card.js";
import "/static/control/venue/backups_card.js";
import "/static/control/devices/cameras_card.js";
import "/static/control/devices/line_phone_card.js";
import "/static/control/devices/pairing_card.js";
import "/static/control/devices/marks_card.js";
import "/static/control/devices/nodes_card.js";
import "/static/control/fleet/fleet_card.js";
import "/static/control/venue/clock_card.js";
import "/static/control/venue/machine_card.js";
import "/static/control/venue/sponsors_card.js";
import "/static/control/venue/wifi_card.js";
import "/static/parts/forms/copy_box.js";

const PEOPLE = ["organiser", "marshal", "driver"];
const DEVICES = ["node", "car", "tracker", "worker"];
/** A gate's jobs: the line, or the end of a sector. */
const SECTOR_GATES = 8;
const gateRoles = () => [
  ["finish", t("devices.finish_line")],
  ...Array.from({ length: SECTOR_GATES }, (_, at) => [
    `sector-${at + 1}`,
    t("devices.sector_gate", { number: at + 1 }),
  ]),
];

/** What a gate does by its role; one of another name parts no lap. */
const roleName = (role) =>
  gateRoles().find(([value]) => value === role)?.[1] ?? t("devices.gate_other");

const ROLES = [...DEVICES, ...PEOPLE];

/** A device may do only what concerns itself: its scope is its own name. */
function credentialBody({ role, principal }) {
  const id = idOf(principal);
  return { role, principal: id, scope: DEVICES.includes(role) ? id : null };
}

/** What is typed on the device, which has its token in a file beside it. */
const COMMANDS = {
  node: (id) => `node --name ${id}`,
  car: (id) => `car --car-id ${id}`,
  tracker: () => "venue",
};

function commandFor({ role, principal }, url) {
  const command = `.venv/bin/paddock ${COMMANDS[role](principal)} --server ${url}`;
  const model = role === "car" ? " --model MODEL.onnx" : "";
  return `${command} --token-file ${principal}.token${model}`;
}

class DevicesTab extends PageElement {
  static properties = {
    view: { attribute: false },
    credentials: { state: true },
    nodes: { state: true },
    cars: { state: true },
    drivers: { state: true },
    role: { state: true },
    made: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.credentials = [];
    this.nodes = [];
    this.cars = [];
    this.drivers = [];
    this.role = ROLES[0];
    this.url = location.origin;
    this.made = null;
    this.#load();
    this.#findUrl();
  }

  #load() {
    return perform(this, async () => {
      [this.credentials, this.nodes, this.cars, this.drivers] = await Promise.all([
        read("/credentials"),
        read("/nodes"),
        read("/cars"),
        read("/drivers"),
      ]);
    });
  }

  /** The device isn't this machine: it can't use an address such as 127.0.0.1. */
  async #findUrl() {
    this.url = (await outsideUrl()) ?? location.origin;
  }

  async #make(event) {
    const kind = event.submitter.value;
    const { role, principal } = formValues(event);
    const path = kind === "code" ? "/codes" : "/credentials";
    const body = credentialBody({ role, principal });
    const made = await submit(this, path, body, t(`devices.made_${kind}`));
    this.made = made === null ? null : { ...made, ...body };
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
    const { lane, priority, ...gate } = formValues(event);
    const body = { ...gate };
    if (priority !== "0") body.priority = Number(priority);
    if (lane !== "") body.lane = Number(lane);
    await submit(this, "/gates", body, t("devices.gate_bound"));
    await this.#load();
  }

  #code() {
    const { code, role, expires_utc: expires } = this.made;
    const note = t("devices.code_note", { time: timeOfDay(expires, language()) });
    return html`<div class="secret">
      <copy-box .text=${code} .label=${note}></copy-box>
      <p class="muted">${note}</p>
      ${
        PEOPLE.includes(role)
          ? html`<p>${t("devices.code_address")}</p>
              <copy-box
                .text=${`${this.url}/control#code=${code}`}
                .label=${t("devices.code_address")}
              ></copy-box>`
          : nothing
      }
    </div>`;
  }

  #token() {
    const { token, role, principal } = this.made;
    const next = t("devices.then_type");
    return html`<div class="secret">
      <copy-box .text=${token} .label=${t("devices.token_note")}></copy-box>
      <p class="muted">${t("devices.token_note")}</p>
      ${
        DEVICES.includes(role)
          ? html`<p>${t("devices.keep_in", { file: `${principal}.token` })}</p>
              <p>${next}</p>
              <copy-box .text=${commandFor(this.made, this.url)} .label=${next}></copy-box>`
          : nothing
      }
    </div>`;
  }

  #result() {
    if (this.made === null) return nothing;
    return this.made.code ? this.#code() : this.#token();
  }

  /** A car is one that is signed up; everybody else is named here. */
  #who() {
    const { role, cars } = this;
    if (role !== "car") {
      const label = DEVICES.includes(role) ? t("devices.principal") : t("devices.person");
      return textField(label, "principal");
    }
    if (cars.length === 0) return html`<p>${t("devices.no_cars")}</p>`;
    const options = cars.map((car) => [car.car_id, `${car.name} (${car.car_id})`]);
    return choiceField(t("plan.car"), "principal", options);
  }

  #pair() {
    const isPossible = this.role !== "car" || this.cars.length > 0;
    const [forToken, forCode] = DEVICES.includes(this.role)
      ? ["button--main", ""]
      : ["", "button--main"];
    return html`<section class="card">
      <h2 class="card__title">${t("devices.pair")}</h2>
      <p class="muted">${t("devices.pair_explain")}</p>
      <form
        class="form"
        @change=${(event) => (this.role = event.currentTarget.elements.role.value)}
        @submit=${(event) => this.#make(event)}
      >
        ${choiceField(
          t("devices.role"),
          "role",
          ROLES.map((role) => [role, tCode("role", role)]),
        )}
        ${this.#who()}
        <div class="form__buttons">
          <button class="button ${forToken}" value="token" ?disabled=${!isPossible}>
            ${t("devices.make_token")}
          </button>
          <button class="button ${forCode}" value="code" ?disabled=${!isPossible}>
            ${t("devices.make_code")}
          </button>
        </div>
      </form>
      ${this.#result()}
    </section>`;
  }

  /** Each gate with what it is for now. */
  #jobs() {
    const jobs = this.nodes.flatMap((node) => (node.jobs ?? []).map((job) => ({ ...job, node })));
    if (jobs.length === 0) return nothing;
    return html`<ul class="rows" data-testid="gate-jobs">
      ${jobs.map(
        ({ node, gate, role, lane, priority }) =>
          html`<li class="row">
            <span class="row__main"
              ><bdi>${gate}</bdi> <bdi class="muted">${node.node_id}</bdi></span
            >
            <span
              >${[
                roleName(role),
                lane === null ? null : t("devices.gate_lane", { lane }),
                priority > 0 ? t("devices.gate_backup") : null,
              ]
                .filter((each) => each !== null)
                .join(" · ")}</span
            >
          </li>`,
      )}
    </ul>`;
  }

  #gates() {
    return html`<section class="card">
      <h2 class="card__title">${t("devices.nodes")}</h2>
      ${this.#jobs()}
      <form class="form form--line" @submit=${(event) => this.#bind(event)}>
        ${textField(t("devices.node"), "node_id", { list: "nodes" })}
        <datalist id="nodes">
          ${this.nodes.map((node) => html`<option value=${node.node_id}></option>`)}
        </datalist>
        ${textField(t("devices.gate"), "gate", { value: "finish" })}
        ${choiceField(t("devices.gate_role"), "role", gateRoles())}
        ${numberField(t("devices.lane"), "lane", { value: "", least: 1, most: 16, isRequired: false })}
        ${choiceField(t("devices.priority"), "priority", [
          ["0", t("devices.primary")],
          ["1", t("devices.backup")],
        ])}
        <button class="button">${t("devices.bind_gate")}</button>
      </form>
      <p class="muted">${t("devices.gate_hint")}</p>
    </section>`;
  }

  render() {
    return html`<pairing-card .cars=${this.cars} .onPaired=${() => this.#load()}></pairing-card>
      <fleet-card></fleet-card>
      <nodes-card></nodes-card>
      <cameras-card></cameras-card>
      <line-phone-card></line-phone-card>
    ${this.#pair()} ${credentialsCard(this, (each) => this.#revoke(each))} ${this.#gates()}
      <marks-card .cars=${this.cars}></marks-card>
      <wifi-card></wifi-card>
      <clock-card></clock-card>
      <sponsors-card></sponsors-card>
      <backups-card></backups-card>
      <machine-card .view=${this.view}></machine-card>`;
  }
}

customElements.define("devices-tab", DevicesTab);
