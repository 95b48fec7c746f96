// The form of a stage: by rules with a name, or one's own; empty for a new one, filled for another.

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { t, tCode } from "/static/i18n.js";
import { optionFields, stageBody } from "/static/control/plan/stage_fields.js";
import { PageElement } from "/static/parts/element.js";
import { checkField, choiceField, formValues, textField } from "/static/parts/forms/form.js";
import { realTrackField } from "/static/parts/forms/tracks.js";

const KINDS = ["practice", "qualifying", "knockout", "final"];

class StageForm extends PageElement {
  static properties = {
    formats: { attribute: false },
    presets: { attribute: false },
    /** As `GET …/stages` has it; null for a stage that is new. */
    stage: { attribute: false },
    /** Those that real cars may race on, and the one that they mostly do. */
    tracks: { attribute: false },
    usualTrackId: { attribute: false },
    /** Takes the body to send. */
    onSend: { attribute: false },
    kind: { state: true },
    formatName: { state: true },
    presetName: { state: true },
    typedTitle: { state: true },
  };

  constructor() {
    super();
    this.stage = null;
    this.tracks = [];
    this.usualTrackId = "";
    this.kind = "qualifying";
    this.formatName = "time_trial";
    this.presetName = "";
    this.typedTitle = null;
  }

  /** A stage that was changed fills the form anew; what is being typed stays while it is the same. */
  willUpdate(changed) {
    if (!changed.has("stage") || this.stage === null) return;
    const before = changed.get("stage");
    if (before && JSON.stringify(before) === JSON.stringify(this.stage)) return;
    this.kind = this.stage.kind;
    this.formatName = this.stage.format_name;
    this.presetName = "";
  }

  get #preset() {
    return this.presets.find((each) => each.name === this.presetName) ?? null;
  }

  get #form() {
    return this.formats.find((each) => each.name === this.formatName) ?? null;
  }

  #choosePreset(name) {
    this.presetName = name;
    this.formatName = this.#preset?.format_name ?? this.formatName;
  }

  /** A new stage is called after its kind, unless something else was typed. */
  get #title() {
    return this.stage?.title ?? this.typedTitle ?? tCode("stage_kind", this.kind);
  }

  #chooseKind(kind) {
    if (KINDS.some((each) => tCode("stage_kind", each) === this.typedTitle)) this.typedTitle = null;
    this.kind = kind;
    if (kind === "practice") {
      this.presetName = "";
      this.formatName = "practice";
    } else if (this.formatName === "practice") {
      this.formatName = "time_trial";
    }
  }

  async #send(event) {
    const values = formValues(event);
    const form = this.#form;
    const body = { ...stageBody({ ...values, kind: this.kind }), is_open: values.is_open === "on" };
    if (form?.name === "single_elimination")
      body.has_bronze_final = values.has_bronze_final === "on";
    if (values.contact_lost !== undefined) body.needs_agent = values.needs_agent === "on";
    const planned = await this.onSend(body);
    // The next one is another: its form begins with a name of its own, not with that of this one.
    if (this.stage === null && planned !== null) this.typedTitle = null;
  }

  #ruleFields() {
    const { formats, presets, formatName, presetName, kind } = this;
    if (kind === "practice") return nothing;
    const ranked = formats.filter((each) => each.name !== "practice");
    return html`${
      presets.length === 0
        ? nothing
        : html`<label class="field">
            <span>${t("stage.preset")}</span>
            <select name="preset" @change=${(event) => this.#choosePreset(event.target.value)}>
              <option value="" ?selected=${presetName === ""}>${t("stage.own_rules")}</option>
              ${presets.map((each) => html`<option value=${each.name} ?selected=${each.name === presetName}>${tCode("preset_title", each.name, {}, each.title)}</option>`)}
            </select>
          </label>`
    }
      <label class="field">
        <span>${t("stage.format")}</span>
        <select name="format_name" @change=${(event) => (this.formatName = event.target.value)}>
          ${ranked.map((each) => html`<option value=${each.name} ?selected=${each.name === formatName}>${tCode("format_title", each.name, {}, each.title)}</option>`)}
        </select>
      </label>`;
  }

  #explained() {
    const form = this.#form;
    const preset = this.#preset;
    const list = form.tie_breaks
      .map(({ code, description }) => tCode("tie_break", code, {}, description))
      .join(", ");
    return html`<div class="muted" data-testid="format">
      <p>
        ${tCode("format_description", form.name, {}, form.description)}
        ${list === "" ? nothing : t("stage.tie_breaks", { list })}
      </p>
      ${
        preset === null
          ? nothing
          : html`<ul class="sentences">
              ${preset.rules.map((rule) => html`<li>${tCode("preset_rule", rule.code, {}, rule.text)}</li>`)}
            </ul>`
      }
    </div>`;
  }

  #fields() {
    const form = this.#form;
    if (form === null) return nothing;
    // What real cars heed is out of the way of simulated runs.
    if (this.stage?.is_virtual) return this.#explained();
    const values = this.#preset?.options ?? this.stage ?? {};
    const key = `${this.presetName} ${form.name}`;
    return html`${this.#explained()} ${keyed(key, optionFields(form, values))}
      ${checkField(t("stage.is_open"), "is_open", this.stage?.is_open)}`;
  }

  #ruled() {
    if (this.stage?.has_run) return html`<p class="muted">${t("plan.stage_has_run")}</p>`;
    const kinds = KINDS.map((each) => [each, tCode("stage_kind", each)]);
    return html`<div @change=${(event) => this.#chooseKind(event.target.value)}>
        ${choiceField(t("stage.kind"), "kind", kinds, this.kind)}
      </div>
      ${this.#ruleFields()} ${this.#fields()}`;
  }

  /** A stage that is planned already has a form of its own for its track. */
  #trackField() {
    if (this.stage !== null || this.tracks.length === 0) return nothing;
    return keyed(this.usualTrackId, realTrackField(this.tracks, this.usualTrackId));
  }

  render() {
    const { stage } = this;
    return html`<form class="form" @submit=${(event) => this.#send(event)}>
      <div
        @input=${(event) => {
          if (stage === null) this.typedTitle = event.target.value;
        }}
      >
        ${textField(t("plan.title"), "title", { value: this.#title })}
      </div>
      ${keyed(JSON.stringify(stage), this.#ruled())} ${this.#trackField()}
      <button class="button button--main">
        ${stage === null ? t("plan.create") : t("plan.stage_save")}
      </button>
    </form>`;
  }
}

customElements.define("stage-form", StageForm);
