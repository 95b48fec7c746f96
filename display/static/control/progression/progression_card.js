// Who goes on: the rule, the cut as it stands, the organiser's word, the draw and the matches.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { starters } from "/static/view_model.js";
import { bracketView } from "/static/control/progression/bracket.js";
import { cutList, ruleForm, wordForm } from "/static/control/progression/cut_list.js";
import { perform, submit } from "/static/parts/act.js";
import { goingOn } from "/static/parts/standings/cut.js";
import { PageElement } from "/static/parts/element.js";

const MATCH_FORMATS = ["single_elimination", "double_elimination", "round_robin"];
const RACED = ["raced", "equal"];
const QUIET_MS = 400;

class ProgressionCard extends PageElement {
  static properties = {
    plan: { attribute: false },
    stages: { state: true },
    stageId: { state: true },
    cut: { state: true },
    bracket: { state: true },
  };

  constructor() {
    super();
    this.stages = [];
    this.stageId = null;
    this.cut = null;
    this.bracket = null;
    this.timer = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** Facts come in bursts: what follows from them is read once they have settled. */
  willUpdate(changed) {
    if (!changed.has("plan")) return;
    const isOther = changed.get("plan")?.event_id !== this.plan.event_id;
    if (isOther) this.stageId = this.cut = this.bracket = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#load(), isOther ? 0 : QUIET_MS);
  }

  get #path() {
    return `/events/${this.plan.event_id}/stages`;
  }

  async #load() {
    await perform(this, async () => {
      const stages = await read(this.#path);
      this.stages = stages;
      if (!stages.some((stage) => stage.stage_id === this.stageId))
        this.stageId = this.#choices(stages).at(-1)?.stage_id ?? null;
      const { stageId } = this;
      if (stageId === null) return;
      const path = `${this.#path}/${stageId}`;
      const [cut, bracket] = await Promise.all([read(`${path}/cut`), read(`${path}/bracket`)]);
      if (this.stageId !== stageId) return; // another one was chosen meanwhile
      this.cut = cut;
      this.bracket = bracket;
    });
  }

  /** Stages that others lead to, and those that are raced by matches. */
  #choices(stages) {
    return stages.filter(
      (stage, at) =>
        stage.kind !== "practice" && (at > 0 || MATCH_FORMATS.includes(stage.format_name)),
    );
  }

  #choose(stageId) {
    this.stageId = stageId;
    this.cut = this.bracket = null;
    this.#load();
  }

  async #act(what, body, done) {
    const answer = await submit(this, `${this.#path}/${this.stageId}/${what}`, body, done);
    await this.#load();
    return answer;
  }

  #stageChoice(choices) {
    return html`<label class="field">
      <span>${t("cut.to")}</span>
      <select @change=${(event) => this.#choose(event.target.value)}>
        ${choices.map(
          (stage) =>
            html`<option value=${stage.stage_id} ?selected=${stage.stage_id === this.stageId}>
              ${stage.title}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #rule() {
    const { cut, stages, stageId } = this;
    const at = stages.findIndex((stage) => stage.stage_id === stageId);
    const earlier = stages.slice(0, at).filter((stage) => stage.kind !== "practice");
    if (cut.is_drawn || earlier.length === 0) return nothing;
    const hasRule = cut.from_stage_id !== null;
    return html`<details class="details" ?open=${!hasRule}>
      <summary>${hasRule ? t("cut.change_rule") : t("cut.make_rule")}</summary>
      ${ruleForm(earlier, cut, (body) => this.#act("progression", body, t("cut.rule_set")))}
    </details>`;
  }

  #field() {
    const { bracket, cut, plan } = this;
    const hasBegun = bracket.matches.some((match) => RACED.includes(match.state));
    const draw = () => this.#act("draw", {}, t("cut.drawn"));
    const hasRule = cut.from_stage_id !== null;
    return html`${hasRule || cut.is_drawn ? cutList(plan, cut) : nothing}
      <details class="details">
        <summary>${t("cut.by_hand")}</summary>
        ${wordForm(plan, starters(plan), (body) => this.#act("finalists", body, t("cut.said")))}
      </details>
      ${
        hasBegun
          ? nothing
          : html`<button class="button ${cut.is_drawn ? "" : "button--main"}" @click=${draw}>
              ${cut.is_drawn ? t("cut.draw_again") : t("cut.draw")}
            </button>`
      }`;
  }

  #matches() {
    const { bracket, cut, plan } = this;
    if (!MATCH_FORMATS.includes(bracket.format_name)) return nothing;
    const isDue = bracket.matches.some((match) => match.state === "due");
    const planned = ({ heat_ids: heatIds }) => t("cut.matches_planned", { count: heatIds.length });
    return html`${
      cut.is_drawn
        ? html`<button
            class="button button--main"
            ?disabled=${!isDue}
            @click=${() => this.#act("matches", {}, planned)}
          >
            ${t("cut.plan_matches")}
          </button>`
        : html`<p class="muted">${t("cut.preview")}</p>`
    }
    ${bracketView(plan, bracket)}`;
  }

  #body() {
    const { cut } = this;
    if (cut === null) return nothing;
    const count = goingOn(cut);
    return html`${this.#rule()}
      ${count > 0 ? html`<p class="lead" data-testid="going-on">${t("cut.places", { count })}</p>` : nothing}
      ${this.#field()} ${this.#matches()}`;
  }

  render() {
    const choices = this.#choices(this.stages);
    return html`<section class="card">
      <h2 class="card__title">${t("cut.title")}</h2>
      ${
        choices.length === 0
          ? html`<p class="muted">${t("cut.needs_stage")}</p>`
          : html`${this.#stageChoice(choices)} ${this.#body()}`
      }
    </section>`;
  }
}

customElements.define("progression-card", ProgressionCard);
