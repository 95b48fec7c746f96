// <reward-desk>: chooses, writes and keeps reward functions; the code's faulty line is marked.

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { t } from "/static/i18n.js";
import { read } from "/static/api.js";
import { perform, submit } from "/static/parts/act.js";
import "/static/parts/code/editor.js";
import { PageElement } from "/static/parts/element.js";
import { checkWhole } from "/static/train/order/check.js";
import { bareReward } from "/static/train/order/beginnings.js";
import { parameterList } from "/static/train/order/parameters.js";
import { rewardTitle } from "/static/parts/titles.js";

const MOST_NAME = 40;

/**
 * `draft` holds the reward as it is written now; `draft-changed` says what else of it holds. `fault`
 * is {sentence, line}, null where none is known.
 */
class RewardDesk extends PageElement {
  static properties = {
    draft: { attribute: false },
    fault: { attribute: false },
    rewards: { state: true },
    found: { state: true },
    isChecking: { state: true },
  };

  constructor() {
    super();
    this.rewards = [];
    this.fault = null;
    this.found = null;
    this.isChecking = false;
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
    this.#tell({ ...bareReward(reward), parent: null });
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

  async #check() {
    const { track, source } = this.draft;
    this.isChecking = true;
    this.found = null;
    const found = await perform(this, () => checkWhole(track, source));
    this.isChecking = false;
    // What was written meanwhile is another function.
    if (found === null || source !== this.draft.source) return;
    this.found = { ...found, source };
    this.dispatchEvent(new CustomEvent("fault-found", { bubbles: true, detail: found.fault }));
  }

  /** The lab opens with what is kept; what isn't is written there by hand. */
  get #labAddress() {
    const { rewardId, isChanged, track } = this.draft;
    const asked = new URLSearchParams({ track });
    if (rewardId !== null && !isChanged) asked.set("reward", rewardId);
    return `/lab?${asked}`;
  }

  #checkLine() {
    const { found, isChecking, draft } = this;
    const isFine = found !== null && found.fault === null && found.source === draft.source;
    const { cases } = found ?? {};
    return html`<div class="reward__check">
      <button type="button" class="button" ?disabled=${isChecking || draft.source.trim() === ""} @click=${() => this.#check()}>
        ${isChecking ? t("train.checking") : t("train.check")}
      </button>
      <p role="status" data-testid="checked">${isFine ? html`<span class="mark--personal">✓</span> ${t("lab.no_faults", { cases })}` : nothing}</p>
      <a href=${this.#labAddress}>${t("train.to_lab")}</a>
    </div>`;
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
      ${this.#checkLine()}
      <div role="alert" data-testid="fault">
        ${fault === null ? nothing : html`<p class="fault"><strong>${t("train.fault")}</strong> <span lang="en">${fault.sentence}</span></p>`}
      </div>
      <details class="details">
        <summary>${t("train.parameters")}</summary>
        ${parameterList()}
      </details>`;
  }
}

customElements.define("reward-desk", RewardDesk);
