// Two reward functions beside each other: both maps, their difference, and where it is largest.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { rewardChoice } from "/static/lab/controls.js";
import { legend, rangeOf } from "/static/lab/heat.js";
import { figure, number } from "/static/lab/readings.js";

/** From here on people call two rewards alike, or opposite. */
const ALIKE = 0.8;

function verdict(rank) {
  if (rank === null) return t("lab.flat");
  if (rank >= ALIKE) return t("lab.much_alike");
  if (rank <= -ALIKE) return t("lab.opposite");
  return t("lab.differ");
}

const aMap = (shape, title, heat, testId, more) => html`<figure class="compared" data-testid=${testId}>
  <figcaption>${title}</figcaption>
  <lab-map .shape=${shape} .heat=${heat} label=${title}></lab-map>
  ${legend(heat.range, heat.kind, more)}
</figure>`;

const place = ({ pose, rewards }, names, onShow) => html`<li class="row">
  <span class="digits">x ${number(pose.x_m, 2)} m, y ${number(pose.y_m, 2)} m: ${names[0]} ${figure(rewards[0])}, ${names[1]} ${figure(rewards[1])}</span>
  <button class="button button--small" @click=${() => onShow(pose, null)}>${t("lab.put_ghost")}</button>
</li>`;

function shownMaps({ answer, names }, shape) {
  const { grid, maps, differences } = answer;
  const heats = maps.map(({ rewards }) => ({ grid, values: rewards, range: rangeOf(rewards), kind: "heat" }));
  const differ = { grid, values: differences, range: [-1, 1], kind: "differ" };
  return html`<div class="comparison__maps">
    ${heats.map((heat, at) => aMap(shape, names[at], heat, `compared-${at}`, { hasFaults: maps[at].faults_n > 0 }))}
    ${aMap(shape, t("lab.difference"), differ, "compared-difference", { ends: names.map((name) => t("lab.pays_more", { name })).toReversed() })}
  </div>`;
}

function figures({ answer, names }, onShow) {
  const { correlation, rank_correlation: rank, most } = answer;
  return html`<dl class="measures" data-testid="correlation">
      <div><dt class="muted">${t("lab.correlation")}</dt><dd class="digits">${number(correlation, 2)}</dd></div>
      <div><dt class="muted">${t("lab.rank_correlation")}</dt><dd class="digits">${number(rank, 2)}</dd></div>
    </dl>
    <p>${verdict(rank)}</p>
    ${most.length === 0 ? nothing : html`<h3 class="label">${t("lab.differ_most")}</h3>`}
    <ul class="rows">${most.map((each) => place(each, names, onShow))}</ul>`;
}

/** `compared` is {answer, names} or null. */
export function comparisonCard({ compared, isBusy, isStale, rewards, otherId, shape, onOther, onCompare, onShow }) {
  return html`<section class="card comparison" data-testid="comparison">
    <h2 class="card__title">${t("lab.compare_title")}</h2>
    <p class="muted">${t("lab.compare_lead")}</p>
    <div class="form--line">
      ${rewardChoice(t("lab.with"), "other", rewards, otherId, onOther)}
      <button class="button button--main" ?disabled=${isBusy || !otherId} @click=${onCompare}>${isBusy ? t("lab.looking") : t("lab.compare")}</button>
    </div>
    ${isStale && compared !== null ? html`<p class="stale">${t("lab.stale")}</p>` : nothing}
    ${compared === null ? nothing : html`${shownMaps(compared, shape)} ${figures(compared, onShow)}`}
  </section>`;
}
