// A stress card: under each stress, how many laps were clean, and whether that is enough.
// Where a real car was measured, its card stands beside the one as drawn, with what changed.

import { html, nothing } from "lit";
import { dateAndTime, NO_VALUE } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { stressName, verdictChip, verdictNote } from "/static/parts/cars/verdict.js";

/** What a card says in short. */
const verdictOf = (card) => ({
  verdict: card.verdict,
  weak: card.stress.filter((each) => each.counts && !each.is_good).map((each) => each.name),
  track: card.track,
});

/** The newest card of the usual virtual car, null where there is none; the newest come first. */
export const plainCard = (stress) => stress.find((each) => each.as_measured === null) ?? null;

const line = (each) =>
  html`<li class="stress__line ${each.is_good ? "" : "stress__line--weak"}" data-stress=${each.name}>
    <span class="stress__name"><span aria-hidden="true">${each.is_good ? "✓" : "✗"}</span> ${stressName(each.name)}</span>
    <span class="digits"
      ><span class="visually-hidden">${each.is_good ? t("library.enough") : t("library.too_few")}</span>
      ${each.laps_clean}/${each.laps_started}</span
    >
    <meter class="stress__bar" min="0" max=${each.laps_started} value=${each.laps_clean} aria-hidden="true"></meter>
  </li>`;

const list = (stress) =>
  html`<ol class="stress">
    ${stress.map(line)}
  </ol>`;

/** The lines alone: those of a test under way as well. */
export function stressLines(stress) {
  const elsewhere = stress.filter((each) => !each.counts);
  const own = list(stress.filter((each) => each.counts));
  if (elsewhere.length === 0) return own;
  return html`${own}
    <h3 class="stress__elsewhere">${t("library.elsewhere")}</h3>
    ${list(elsewhere)}`;
}

const made = (card) =>
  html`<p class="muted">
    ${t("library.card_of", { track: card.track, when: dateAndTime(card.made_utc, language()) })}
    ${card.versions === "" ? nothing : html`<span class="library__small">${card.versions}</span>`}
  </p>`;

/** `card` whole, null where the model was never tested. */
export function stressCard(card) {
  if (card === null) return html`<p class="stress__verdict">${verdictChip(null)}</p>`;
  const verdict = verdictOf(card);
  return html`<p class="stress__verdict">${verdictChip(verdict)} <span>${verdictNote(verdict)}</span></p>
    ${stressLines(card.stress)} ${made(card)}`;
}

const count = (each) => (each === undefined ? NO_VALUE : `${each.laps_clean}/${each.laps_started}`);

function change(plain, measured) {
  if (plain === undefined || measured === undefined || plain.laps_started !== measured.laps_started) return NO_VALUE;
  const more = measured.laps_clean - plain.laps_clean;
  if (more === 0) return "=";
  return more > 0 ? `+${more}` : `−${-more}`;
}

function row(name, plain, measured) {
  const told = change(plain, measured);
  const tone = told.startsWith("+") ? "measured__more" : told.startsWith("−") ? "measured__less" : "";
  return html`<tr data-change=${name}>
    <th scope="row">${stressName(name)}</th>
    <td class="digits">${count(plain)}</td>
    <td class="digits">${count(measured)}</td>
    <td class="digits ${tone}">${told}</td>
  </tr>`;
}

/** `stress`: all cards of a model, the newest first; `cars` those that were measured here. */
export function measuredCard(stress, cars) {
  const measured = stress.find((each) => each.as_measured !== null);
  if (measured === undefined) return nothing;
  const isSame = (each) => each.as_measured === null && each.track_sha256 === measured.track_sha256;
  const plain = stress.find(isSame) ?? null;
  const find = (card, name) => card?.stress.find((each) => each.name === name);
  const car = cars.find((each) => each.about.car_id === measured.as_measured)?.car_name ?? measured.as_measured;
  return html`<section class="card" data-testid="stress-as-measured">
    <h2 class="card__title">${t("measured.card", { car })}</h2>
    <p class="stress__verdict">${verdictChip(verdictOf(measured))} <span>${verdictNote(verdictOf(measured))}</span></p>
    ${plain === null ? html`<p class="muted">${t("measured.no_plain", { track: measured.track })}</p>` : nothing}
    <div class="library__scroll" tabindex="0" role="region" aria-label=${t("measured.card", { car })}>
      <table class="library__table">
        <thead>
          <tr>
            <th scope="col">${t("measured.under")}</th>
            <th scope="col">${t("measured.as_drawn")}</th>
            <th scope="col">${t("measured.as_car", { car })}</th>
            <th scope="col">${t("measured.change")}</th>
          </tr>
        </thead>
        <tbody>
          ${measured.stress.map(({ name }) => row(name, find(plain, name), find(measured, name)))}
        </tbody>
      </table>
    </div>
    ${made(measured)}
  </section>`;
}
