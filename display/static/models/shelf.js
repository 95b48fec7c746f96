// All models as families: a model that was trained on from another stands below it.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { verdictChip } from "/static/parts/cars/verdict.js";
import { compareAddress, keyOf, modelAddress } from "/static/models/address.js";
import { realLine, virtualLine } from "/static/models/words.js";

/** Rows as trees, in the order in which they come: [{row, children}]. Nobody is their own parent. */
export function families(rows) {
  const nodes = rows.map((row) => ({ row, children: [] }));
  const parentOf = (node) => {
    const parent = node.row.model.origin?.parent_sha256;
    const found = nodes.filter((each) => each.row.model.sha256 === parent);
    return found.find((each) => each.row.model.driver_id === node.row.model.driver_id) ?? found[0];
  };
  const leadsTo = (from, to) =>
    from === to || from.children.some((child) => leadsTo(child, to));
  const roots = [];
  for (const node of nodes) {
    const parent = parentOf(node);
    if (parent === undefined || leadsTo(node, parent)) roots.push(node);
    else parent.children.push(node);
  }
  return roots;
}

function entry({ row, children }, shelf) {
  const { model, real, virtual } = row;
  const key = keyOf(model);
  const isChosen = shelf.chosen.includes(key);
  const whose = shelf.showsOwners ? (model.driver_name ?? t("model.venue")) : "";
  return html`<li class="shelf__model" data-model=${model.sha256}>
    <div class="row shelf__row">
      <label class="check" title=${t("library.compare_this", { name: model.name })}>
        <input
          type="checkbox"
          aria-label=${t("library.compare_this", { name: model.name })}
          .checked=${isChosen}
          @change=${() => shelf.onChoose(key)}
        />
      </label>
      <a class="row__main shelf__link" href=${modelAddress(model)}>
        <span class="shelf__name"><bdi>${model.name}</bdi> ${verdictChip(model.verdict)}</span>
        <span class="muted"
          >${[t(`library.source.${model.source}`), model.origin?.reward_name, whose].filter(Boolean).join(" · ")}</span
        >
        ${virtual.length === 0 ? nothing : html`<span class="muted">${virtualLine(virtual[0])}</span>`}
        ${real.laps === 0 ? nothing : html`<span class="muted">${realLine(real)}</span>`}
        ${model.is_here ? nothing : html`<span class="is-wrong">${t("model.elsewhere")}</span>`}
      </a>
    </div>
    ${children.length === 0 ? nothing : html`<ul class="shelf__family">${children.map((each) => entry(each, shelf))}</ul>`}
  </li>`;
}

/** The way to compare: what is still missing, or the link that does it. */
function comparing({ rows, chosen }) {
  if (rows.length < 2) return nothing;
  const models = chosen.map((key) => rows.find((row) => keyOf(row.model) === key)?.model);
  if (models.length < 2 || models.includes(undefined))
    return html`<p class="muted">${t("library.choose_two")}</p>`;
  return html`<a class="button button--main" href=${compareAddress(...models)}>${t("library.compare")}</a>`;
}

/** `shelf`: rows, chosen (keys), showsOwners, onChoose. */
export const shelfCard = (shelf) =>
  html`<section class="card" data-testid="shelf">
    <h2 class="card__title">${t("library.all")}</h2>
    ${shelf.rows.length === 0 ? html`<p class="muted">${t("library.none")}</p>` : nothing}
    <ul class="rows">
      ${families(shelf.rows).map((each) => entry(each, shelf))}
    </ul>
    ${comparing(shelf)}
  </section>`;
