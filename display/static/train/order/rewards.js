// <reward-desk>: chooses, writes and keeps reward functions; the code's faulty line is marked.

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { t, tCode } from "/static/i18n.js";
import { read } from "/static/api.js";
import { notify, perform, submit } from "/static/parts/act.js";
import "/static/parts/code/editor.js";
import { PageElement } from "/static/parts/element.js";
import { parameterList } from "/static/train/order/parameters.js";

const MOST_NAME = 40;

export const rewardTitle = ({ name, is_example: isExample }) =>
  isExample ? tCode("train_example", name) : name;

/**
 * `draft` holds the reward as it is written now; `draft-changed` says what else of it holds. `fault`
 * is {sentence, line}, null where none is known.
 */
class RewardDesk extends PageElement {
  static properties = {
    draft: { attribute: false },
    fault: { attribute: false },
    rewards: { state: true },
  };

  constructor() {
    super();
    this.rewards = [];
    this.fault = null;
  }

  firstUpdated() {
    this.#begin();
  }

  async #begin() {
    await this.#load();
    if (this.draft.source === "" && this.rewards.length > 0) await this.#choose(this.#first.reward_id);
  }

  /** DeepRacer's usual beginning is everybody's here. */
  get #first() {
    return this.rewards.find((each) => each.reward_id.endsWith("centre_line")) ?? this.rewards.at(-1);
  }

  async #load() {
    const rewards = await perform(this, () => read("/rewards"));
    if (rewards !== null) this.rewards = rewards;
  }

  #tell(fields) {
    this.dispatchEvent(new CustomEvent("draft-changed", { bubbles: true, detail: fields }));
  }

  async #choose(id) {
    const reward = await perform(this, () => read(`/rewards/${encodeURIComponent(id)}`));
    if (reward === null) return;
    const { reward_id: rewardId, source } = reward;
    this.#tell({ rewardId, rewardName: rewardTitle(reward), source, isChanged: false, parent: null });
  }

  /** What was written is lost only by somebody's word for it. */
  #wish(event) {
    const wanted = event.target.value;
    event.target.value = this.draft.rewardId ?? "";
    if (this.draft.isChanged && !confirm(t("train.discard"))) return;
    this.#choose(wanted);
  }

  get #kept() {
    const found = this.rewards.find((each) => each.reward_id === this.draft.rewardId);
    return found === undefined || found.is_example ? null : found;
  }

  async #keep() {
    const { rewardName, source } = this.draft;
    const body = { name: rewardName.trim(), source };
    const done = t("train.kept", { name: body.name });
    const isNew = this.#kept === null;
    const path = isNew ? "/rewards" : `/rewards/${this.draft.rewardId}`;
    const answer = await submit(this, path, body, done, isNew ? "POST" : "PUT");
    if (answer === null) return;
    await this.#load();
    this.#tell({ rewardId: isNew ? answer.reward_id : this.draft.rewardId, isChanged: false });
  }

  async #delete() {
    const { name } = this.#kept;
    if (!confirm(t("train.delete_reward", { name }))) return;
    const path = `/rewards/${this.draft.rewardId}`;
    if ((await submit(this, path, {}, t("train.deleted", { name }), "DELETE")) === null) return;
    await this.#load();
    this.#tell({ rewardId: null, isChanged: true });
  }

  #choices() {
    const { rewardId } = this.draft;
    const option = (each) =>
      html`<option value=${each.reward_id} ?selected=${each.reward_id === rewardId}>${rewardTitle(each)}</option>`;
    const group = (label, which) => {
      const found = this.rewards.filter((each) => each.is_example === which);
      return found.length === 0 ? nothing : html`<optgroup label=${label}>${found.map(option)}</optgroup>`;
    };
    return html`<label class="field">
      <span>${t("train.begin_with")}</span>
      <select data-testid="reward-choice" .value=${live(rewardId ?? "")} @change=${(event) => this.#wish(event)}>
        ${rewardId === null ? html`<option value="" selected>${t("train.not_kept")}</option>` : nothing}
        ${group(t("train.examples"), true)} ${group(t("train.mine"), false)}
      </select>
    </label>`;
  }

  updated(changed) {
    const editor = this.querySelector("code-editor");
    if (editor.value !== this.draft.source) editor.value = this.draft.source;
    if (changed.has("fault")) editor.faultLine = this.fault?.line ?? null;
  }

  #written() {
    const source = this.querySelector("code-editor").value;
    this.#tell({ source, isChanged: true });
  }

  #named(event) {
    this.#tell({ rewardName: event.target.value, isChanged: true });
  }

  render() {
    const { draft, fault } = this;
    return html`<div class="form--line reward__line">
        ${this.#choices()}
        <label class="field">
          <span>${t("train.reward_name")}</span>
          <input maxlength=${MOST_NAME} required .value=${live(draft.rewardName)} @input=${(event) => this.#named(event)} autocomplete="off" />
        </label>
        <div class="reward__buttons">
          <button type="button" class="button" ?disabled=${!draft.isChanged || draft.rewardName.trim() === ""} @click=${() => this.#keep()}>${t("train.keep")}</button>
          ${this.#kept === null ? nothing : html`<button type="button" class="button" @click=${() => this.#delete()}>${t("train.delete")}</button>`}
        </div>
      </div>
      <code-editor label=${t("train.code")} @change=${() => this.#written()}></code-editor>
      <p class="muted reward__keys">${t("train.keys")}</p>
      <div role="alert" data-testid="fault">
        ${fault === null ? nothing : html`<p class="fault"><strong>${t("train.fault")}</strong> ${fault.sentence}</p>`}
      </div>
      <details class="details">
        <summary>${t("train.parameters")}</summary>
        ${parameterList()}
      </details>`;
  }

  /** Shows a fault, wherever it was found. */
  tellFault(fault) {
    this.fault = fault;
    if (fault !== null) notify(this, t("train.fault"), true);
  }
}

customElements.define("reward-desk", RewardDesk);
