// The cut into a stage as a list: who goes on and by which way, how far the others are away.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";
import { choiceField, formValues, numberField, textField } from "/static/parts/forms/form.js";
import { cutDistance, cutGlyph } from "/static/parts/standings/cut.js";
import { plate } from "/static/parts/plate.js";

const USUAL = { top_n: 8, top_per_region_n: 0, top_per_class_n: 0, wildcards_n: 0 };
const PLACES_MAX = 1000;

/** Why an entry is where it is, in small print: who replaced whom, and the organiser's reason. */
function whyText(plan, at) {
  const said = [];
  const name = (entryId) => entryOf(plan, entryId).name;
  if (at.replaced_by !== null) said.push(t("cut.replaced_by", { name: name(at.replaced_by) }));
  if (at.replaces !== null) said.push(t("cut.replaces", { name: name(at.replaces) }));
  if (at.reason !== null) said.push(at.reason);
  if (at.is_equal) said.push(t("cut.equal"));
  return said.length === 0 ? nothing : html`<span class="muted">${said.join(" · ")}</span>`;
}

function cutRow(plan, cut, at) {
  const entry = entryOf(plan, at.entry_id);
  const isLine = cut.line_after === at.entry_id;
  return html`<li class="row ${isLine ? "cut-row--line" : ""}" data-cut=${at.entry_id}>
    ${at.seed === null ? nothing : html`<span class="cut-row__seed digits">${at.seed}</span>`}
    ${plate(entry)}
    <span class="row__main"><bdi>${entry.name}</bdi>${whyText(plan, at)}</span>
    <span class="cut-row__way digits ${at.way === null ? "cut-row__way--out" : ""}">
      ${cutGlyph(at)} ${at.way === null ? nothing : tCode("cut_way", at.way)} ${cutDistance(at)}
    </span>
  </li>`;
}

/** In the order of the draw where there is one, else of the standings. */
function inOrder(cut) {
  const rows = Object.values(cut.entries);
  if (!cut.is_drawn) return rows;
  const last = rows.length + 1;
  return rows.sort((left, right) => (left.seed ?? last) - (right.seed ?? last));
}

export const cutList = (plan, cut) =>
  html`<ol class="rows" data-testid="cut">
    ${inOrder(cut).map((at) => cutRow(plan, cut, at))}
  </ol>`;

/** How entries come in: from which earlier stage, and so many by each way. */
export function ruleForm(earlier, cut, onPlan) {
  const send = (event) => {
    const { from_stage_id: fromStageId, ...places } = formValues(event);
    const counts = Object.entries(places).map(([name, text]) => [name, Number(text)]);
    onPlan({ from_stage_id: fromStageId, ...Object.fromEntries(counts) });
  };
  const stages = earlier.map((stage) => [stage.stage_id, stage.title]);
  const chosen = cut.from_stage_id ?? earlier.at(-1).stage_id;
  return html`<form class="form" @submit=${send}>
    ${choiceField(t("cut.from"), "from_stage_id", stages, chosen)}
    <div class="form--line">
      ${Object.keys(USUAL).map((name) =>
        numberField(t(`cut_places.${name}`), name, {
          value: cut.from_stage_id === null ? USUAL[name] : cut[name],
          least: 0,
          most: PLACES_MAX,
        }),
      )}
    </div>
    <button class="button button--main">${t("cut.set_rule")}</button>
  </form>`;
}

/** The organiser's word on one entry, with a reason. */
export function wordForm(plan, entries, onName) {
  const send = (event) => {
    const form = event.target;
    const { entry_id: entryId, word, reason } = formValues(event);
    onName({ entry_id: entryId, is_in: word === "in", reason }).then(
      (answer) => answer !== null && form.reset(),
    );
  };
  const names = entries.map((entry) => [entry.entry_id, `${entry.number} · ${entry.name}`]);
  return html`<form class="form form--line" @submit=${send}>
    ${choiceField(t("plan.entry"), "entry_id", names)}
    ${choiceField(t("cut.word"), "word", [
      ["in", t("cut.put_in")],
      ["out", t("cut.keep_out")],
    ])}
    ${textField(t("cut.reason"), "reason")}
    <button class="button">${t("cut.say")}</button>
  </form>`;
}
