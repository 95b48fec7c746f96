// The stages of the event, and the form that plans another: by rules with a name, or one's own.

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { countdown } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { optionFields, stageBody } from "/static/control/plan/stage_fields.js";
import { PageElement } from "/static/parts/element.js";
import { checkField, choiceField, formValues, textField } from "/static/parts/form.js";

const KINDS = ["practice", "qualifying", "knockout", "final"];
const US_PER_S = 1_000_000;

class StagesCard extends PageElement {
  static properties = {
    plan: { attribute: false },
    stages: { attribute: false },
    formats: { attribute: false },
    presets: { attribute: false },
    act: { attribute: false },
    kind: { state: true },
    formatName: { state: true },
    presetName: { state: true },
  };

  constructor() {
    super();
    this.kind = "qualifying";
    this.formatName = "time_trial";
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

  #chooseKind(kind) {
    this.kind = kind;
    if (kind === "practice") {
      this.presetName = "";
      this.formatName = "practice";
    } else if (this.formatName === "practice") {
      this.formatName = "time_trial";
    }
  }

  async #create(event) {
    const { plan, act } = this;
    const values = formValues(event);
    const form = this.#form;
    const body = { ...stageBody({ ...values, kind: this.kind }), is_open: values.is_open === "on" };
    if (form.name === "single_elimination") body.has_bronze_final = values.has_bronze_final === "on";
    await act(`/events/${plan.event_id}/stages`, body, t("plan.stage_planned"));
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
    const key = `${this.presetName} ${form.name}`;
    return html`${this.#explained()}
      ${keyed(key, optionFields(form, this.#preset?.options ?? {}))}
      ${checkField(t("stage.is_open"), "is_open")}`;
  }

  #stage(stage) {
    const { kind, format_name: name, runs_max: runs, cars_max: cars } = stage;
    const about = [
      tCode("stage_kind", kind),
      ...(kind === "practice" ? [] : [tCode("format_title", name)]),
      t("plan.window", { time: countdown(stage.window_s * US_PER_S) }),
      ...(runs > 0 ? [t("stage.runs", { count: runs })] : []),
      ...(cars > 1 ? [t("stage.cars", { count: cars })] : []),
      ...(stage.is_open ? [t("stage.open")] : []),
    ];
    return html`<li class="row" data-stage=${stage.stage_id}>
      <span class="row__main"
        ><strong><bdi>${stage.title}</bdi></strong>
        <span class="muted">${about.join(" · ")}</span></span
      >
    </li>`;
  }

  render() {
    const { stages } = this;
    const kinds = KINDS.map((each) => [each, tCode("stage_kind", each)]);
    return html`<section class="card">
      <h2 class="card__title">${t("plan.stages")}</h2>
      <ol class="rows">
        ${stages.map((stage) => this.#stage(stage))}
      </ol>
      <details class="details" ?open=${stages.length === 0}>
        <summary>${t("plan.plan_stage")}</summary>
        <form class="form" @submit=${(event) => this.#create(event)}>
          ${textField(t("plan.title"), "title", { value: t("plan.stage_title") })}
          <div @change=${(event) => this.#chooseKind(event.target.value)}>
            ${choiceField(t("stage.kind"), "kind", kinds, this.kind)}
          </div>
          ${this.#ruleFields()} ${this.#fields()}
          <button class="button button--main">${t("plan.create")}</button>
        </form>
      </details>
    </section>`;
  }
}

customElements.define("stages-card", StagesCard);
