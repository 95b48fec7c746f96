// <action-space>: what the car may do: the usual actions, a list of one's own, or two ranges.

import { html, nothing, svg } from "lit";
import { live } from "lit/directives/live.js";
import { t } from "/static/i18n.js";
import { PageElement } from "/static/parts/element.js";
import { MetadataError, MOST_ACTIONS, spaceOf } from "/static/train/order/metadata.js";

const FIRST_ANGLES = [-25, -12, 0, 12, 25];
const FIRST_SPEEDS = [1, 2];
const FIRST_LIST = {
  kind: "list",
  actions: FIRST_ANGLES.flatMap((steering) =>
    FIRST_SPEEDS.map((speed) => ({ steering_deg: steering, speed_mps: speed })),
  ),
};
const FIRST_RANGES = {
  kind: "ranges",
  steering_low_deg: -30,
  steering_high_deg: 30,
  speed_low_mps: 0.8,
  speed_high_mps: 2.5,
};
const FIRST = { usual: null, list: FIRST_LIST, ranges: FIRST_RANGES };
const LIMITS = { deg: { least: -30, most: 30, step: 1 }, mps: { least: 0.1, most: 4, step: 0.1 } };
const FARTHEST_PX = 46;

/** `space` null is the usual one. Says `change` with the new one as its detail. */
class ActionSpace extends PageElement {
  static properties = { space: { attribute: false }, problem: { state: true } };

  constructor() {
    super();
    this.problem = "";
  }

  #tell(space) {
    this.problem = "";
    this.space = space;
    this.dispatchEvent(new CustomEvent("change", { detail: space }));
  }

  async #bring(event) {
    event.stopPropagation();
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    try {
      this.#tell(spaceOf(await file.text()));
    } catch (error) {
      if (!(error instanceof MetadataError)) throw error;
      this.problem = t(`train.metadata.${error.code}`, { most: MOST_ACTIONS });
    }
  }

  #number(label, value, unit, write) {
    const { least, most, step } = LIMITS[unit];
    const changed = (event) => {
      event.stopPropagation();
      if (event.target.reportValidity()) write(event.target.valueAsNumber);
    };
    return html`<input
      class="digits"
      type="number"
      inputmode="decimal"
      required
      aria-label=${label}
      .value=${live(String(value))}
      min=${least}
      max=${most}
      step=${step}
      @change=${changed}
    />`;
  }

  #set(at, fields) {
    const actions = this.space.actions.map((each, n) => (n === at ? { ...each, ...fields } : each));
    this.#tell({ kind: "list", actions });
  }

  #row(action, at) {
    const { actions } = this.space;
    const number = at + 1;
    const without = actions.filter((_, n) => n !== at);
    return html`<tr>
      <td class="muted digits">${number}</td>
      <td>${this.#number(t("train.action_steering", { number }), action.steering_deg, "deg", (value) => this.#set(at, { steering_deg: value }))}</td>
      <td>${this.#number(t("train.action_speed", { number }), action.speed_mps, "mps", (value) => this.#set(at, { speed_mps: value }))}</td>
      <td><button
        type="button"
        class="button button--small"
        aria-label=${t("train.action_remove", { number })}
        ?disabled=${actions.length <= 2}
        @click=${() => this.#tell({ kind: "list", actions: without })}
      >✕</button></td>
    </tr>`;
  }

  #list() {
    const { actions } = this.space;
    const added = [...actions, actions.at(-1)];
    return html`<table class="actions">
        <thead><tr>
          <th class="muted">#</th>
          <th class="muted">${t("train.steering_deg")}</th>
          <th class="muted">${t("train.speed_mps")}</th>
          <th><span class="visually-hidden">${t("train.remove")}</span></th>
        </tr></thead>
        <tbody>${actions.map((each, at) => this.#row(each, at))}</tbody>
      </table>
      <button
        type="button"
        class="button"
        ?disabled=${actions.length >= MOST_ACTIONS}
        @click=${() => this.#tell({ kind: "list", actions: added })}
      >${t("train.action_add")}</button>`;
  }

  #range(label, unit, low, high) {
    const write = (name) => (value) => this.#tell({ ...this.space, [name]: value });
    return html`<fieldset class="range">
      <legend class="muted">${label}</legend>
      ${this.#number(t("train.range_from", { what: label }), this.space[low], unit, write(low))}
      <span aria-hidden="true">–</span>
      ${this.#number(t("train.range_to", { what: label }), this.space[high], unit, write(high))}
    </fieldset>`;
  }

  #ranges() {
    return html`${this.#range(t("train.steering_deg"), "deg", "steering_low_deg", "steering_high_deg")}
    ${this.#range(t("train.speed_mps"), "mps", "speed_low_mps", "speed_high_mps")}`;
  }

  /** Each action as a line from the car: its angle, and as long as it is fast. */
  #picture() {
    const { actions } = this.space;
    const fastest = Math.max(...actions.map((each) => each.speed_mps));
    const line = ({ steering_deg: deg, speed_mps: mps }) => {
      const [angle, far] = [(deg * Math.PI) / 180, (mps / fastest) * FARTHEST_PX];
      const [x, y] = [50 - Math.sin(angle) * far, 50 - Math.cos(angle) * far];
      return svg`<line x1="50" y1="50" x2=${x.toFixed(1)} y2=${y.toFixed(1)}></line>`;
    };
    return html`<svg class="actions__picture" viewBox="0 0 100 54" aria-hidden="true">${actions.map(line)}</svg>`;
  }

  render() {
    const kind = this.space?.kind ?? "usual";
    return html`<label class="field">
        <span>${t("train.actions")}</span>
        <select data-testid="actions-kind" @change=${(event) => { event.stopPropagation(); this.#tell(FIRST[event.target.value]); }}>
          ${Object.keys(FIRST).map((each) => html`<option value=${each} ?selected=${each === kind}>${t(`train.actions.${each}`)}</option>`)}
        </select>
      </label>
      ${kind === "list" ? html`${this.#picture()}${this.#list()}` : nothing}
      ${kind === "ranges" ? this.#ranges() : nothing}
      <label class="field">
        <span>${t("train.metadata")}</span>
        <input type="file" accept=".json,application/json" @change=${(event) => this.#bring(event)} />
      </label>
      <p class="form-error" role="alert">${this.problem}</p>`;
  }
}

customElements.define("action-space", ActionSpace);
