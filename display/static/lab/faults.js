// What trying a reward function in many cases found, each fault with a way to its place on the map.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { figure } from "/static/lab/readings.js";

const listed = (names) => names.map((name) => tCode("lab_matter", name)).join(", ");

function needsOf(needs) {
  if (needs === null) return nothing;
  if (needs.length === 0) return html`<p>${t("lab.always")}</p>`;
  return html`<p>${t("lab.takes", { what: listed(needs) })}</p>`;
}

function finding({ fault, needs, count }, cases, onShow) {
  return html`<li class="finding" data-testid="finding" data-line=${fault.line ?? nothing}>
    <p class="finding__title">
      <strong>${tCode("lab_fault", fault.kind)}</strong>
      ${fault.line === null ? nothing : html`<span class="chip">${t("lab.line", { line: fault.line })}</span>`}
    </p>
    <p class="finding__words">${fault.words}</p>
    <p class="muted">${t("lab.in_cases", { count, cases })}</p>
    ${needsOf(needs)}
    <button class="button" @click=${() => onShow(fault.pose, fault.line)}>${t("lab.put_ghost")}</button>
  </li>`;
}

function end(key, paid, onShow) {
  if (paid === null) return nothing;
  return html`<button class="button" @click=${() => onShow(paid.pose, null)}>
    ${key === "lowest" ? t("lab.lowest") : t("lab.highest")} <strong class="digits">${figure(paid.reward)}</strong>
  </button>`;
}

function report(found, onShow) {
  const { cases, wanted, findings, habits, matters } = found;
  const isGood = findings.length === 0 && cases === wanted;
  return html`<div class="report" data-testid="report">
    <p class=${isGood ? "report__good" : "report__bad"} role="status">
      ${findings.length === 0 ? t("lab.no_faults", { cases }) : t("lab.faults_found", { count: findings.length, cases })}
      ${cases < wanted ? t("lab.cut_short", { wanted }) : nothing}
    </p>
    <ul class="findings">${findings.map((each) => finding(each, cases, onShow))}</ul>
    ${habits.length === 0 ? nothing : html`<ul class="habits">${habits.map((habit) => html`<li>${tCode("lab_habit", habit)}</li>`)}</ul>`}
    ${matters.length === 0 ? nothing : html`<p>${t("lab.looks_at", { what: listed(matters) })}</p>`}
    <div class="form__buttons">${end("lowest", found.lowest, onShow)} ${end("highest", found.highest, onShow)}</div>
  </div>`;
}

/** `found` is the report or null; `isBusy` while it is made. */
export const faultsCard = ({ found, isBusy, isStale, onFuzz, onShow }) => html`<section class="card lab__faults" data-testid="faults">
  <h2 class="card__title">${t("lab.faults")}</h2>
  <p class="muted">${t("lab.faults_lead")}</p>
  <button class="button button--main" ?disabled=${isBusy} @click=${onFuzz}>${isBusy ? t("lab.looking") : t("lab.look")}</button>
  ${isStale && found !== null ? html`<p class="stale">${t("lab.stale")}</p>` : nothing}
  ${found === null ? nothing : report(found, onShow)}
</section>`;
