// Two models side by side, aspect by aspect; on a phone too both stand beside each other.

import { html, nothing } from "lit";
import { fileSize, lapTime } from "/static/formatting.js";
import { language, t } from "/static/i18n.js";
import { networkWords } from "/static/parts/cars/models.js";
import { stressName, verdictChip } from "/static/parts/cars/verdict.js";
import { actionSpace, topSpeedMps } from "/static/models/action_space.js";
import { modelAddress } from "/static/models/address.js";
import { plainCard } from "/static/models/stress_card.js";
import { rewardDiff } from "/static/models/reward_diff.js";
import { originFacts, realLine } from "/static/models/words.js";

const CHARS = 12;

/** A row of the comparison: what it is, and the two sides. `better` 0 or 1 marks one of them. */
const pair = (name, sides, better = null) =>
  html`<div class="versus__row">
    <dt class="versus__name">${name}</dt>
    ${sides.map((side, at) => html`<dd class="versus__side ${at === better ? "versus__side--better" : ""}">${side}${at === better ? html`<span class="visually-hidden"> (${t("library.better")})</span>` : nothing}</dd>`)}
  </div>`;

const part = (title, rows) =>
  html`<section class="card">
    <h2 class="card__title">${title}</h2>
    <dl class="versus">${rows}</dl>
  </section>`;

/** The place of the lower number of two, null where one is missing or both are alike. */
function lower(one, other) {
  if (one === null || other === null || one === undefined || other === undefined) return null;
  return one === other ? null : one < other ? 0 : 1;
}

function originRows(sides, tracks) {
  const all = sides.map((side) => new Map(originFacts(side, tracks)));
  const names = [...new Set(all.flatMap((each) => [...each.keys()]))];
  return [
    pair(t("library.from"), sides.map(({ model }) => t(`library.source.${model.source}`))),
    ...names.map((name) => pair(name, all.map((each) => html`<bdi>${each.get(name) ?? "–"}</bdi>`))),
  ];
}

function modelRows(sides) {
  const abouts = sides.map(({ model }) => model.about);
  const topMps = Math.max(...abouts.map(topSpeedMps));
  const sees = (about) =>
    t("model.sees", {
      width: about.width_px,
      height: about.height_px,
      colour: t(`model.colour.${about.channels}`),
    });
  const sizes = sides.map(({ model }) => model.size_bytes);
  return [
    pair(t("library.space"), abouts.map((about) => actionSpace(about, topMps))),
    pair(t("library.sees"), abouts.map(sees)),
    pair(t("library.layers"), abouts.map((about) => networkWords(about.network) || "–")),
    pair(t("library.size"), sizes.map((bytes) => fileSize(bytes, language()))),
    pair("sha256", sides.map(({ model }) => html`<span class="id">${model.sha256.slice(0, CHARS)}</span>`)),
  ];
}

/** Each side's newest laps on every track that either drove. */
function virtualRows(sides) {
  const newest = sides.map(({ virtual }) => {
    const found = new Map();
    for (const laps of virtual) if (laps.as_measured === null && !found.has(laps.track_sha256)) found.set(laps.track_sha256, laps);
    return found;
  });
  const tracks = [...new Set(newest.flatMap((each) => [...each.keys()]))];
  const told = (laps) =>
    laps === undefined
      ? "–"
      : html`<span class="digits"><strong>${lapTime(laps.best_us)}</strong> <span class="versus__more">${t("library.mean_short", { mean: lapTime(laps.average_us) })}</span>
          <span class="versus__more">${t("library.clean_of", { clean: laps.laps_clean, laps: laps.laps_started })}</span></span>`;
  return tracks.map((track) => {
    const laps = newest.map((each) => each.get(track));
    const name = (laps[0] ?? laps[1]).track;
    return pair(name, laps.map(told), lower(laps[0]?.best_us, laps[1]?.best_us));
  });
}

function stressRows(sides) {
  const cards = sides.map(({ stress }) => plainCard(stress));
  const names = [...new Set(cards.flatMap((card) => card?.stress.map((each) => each.name) ?? []))];
  const told = (line) =>
    line === undefined
      ? "–"
      : html`<span class="digits ${line.is_good ? "" : "is-wrong"}"><span aria-hidden="true">${line.is_good ? "✓" : "✗"}</span> ${line.laps_clean}/${line.laps_started}</span>`;
  return [
    pair(t("library.verdict"), sides.map(({ model }) => verdictChip(model.verdict))),
    pair(t("library.track"), cards.map((card) => html`<bdi>${card?.track ?? "–"}</bdi>`)),
    ...names.map((name) => pair(stressName(name), cards.map((card) => told(card?.stress.find((each) => each.name === name))))),
  ];
}

function realRows(sides) {
  const reals = sides.map((side) => side.real);
  // An event that was raced on two tracks has a line for each.
  const keyOf = ({ event_id: id, track_sha256: sha256 }) => `${id} ${sha256}`;
  const events = new Map(reals.flatMap((real) => real.events.map((each) => [keyOf(each), each])));
  const best = (each) => (each === undefined ? "–" : html`<span class="digits">${lapTime(each.best_us)} <span class="versus__more">${t("library.laps", { laps: each.laps })}</span></span>`);
  return [
    pair(t("library.all_events"), reals.map(realLine), lower(...reals.map((real) => real.best_us))),
    ...[...events].map(([key, { name, track }]) => {
      const found = reals.map((real) => real.events.find((each) => keyOf(each) === key));
      const heading = html`<bdi>${name}</bdi> <span class="versus__more"><bdi>${track ?? t("track.not_told")}</bdi></span>`;
      return pair(heading, found.map(best), lower(found[0]?.best_us, found[1]?.best_us));
    }),
  ];
}

/** `compared` as the server tells it, `tracks` all that it has. */
export function comparison(compared, tracks) {
  const sides = [compared.first, compared.second];
  const virtual = virtualRows(sides);
  return html`<h1 class="visually-hidden">${t("library.comparison")}</h1>
    <div class="versus__head">
      ${sides.map(({ model }) => html`<a class="versus__model" href=${modelAddress(model)}><bdi>${model.name}</bdi></a>`)}
    </div>
    ${part(t("library.origin"), originRows(sides, tracks))} ${part(t("library.model"), modelRows(sides))}
    ${part(t("library.stress"), stressRows(sides))}
    ${virtual.length === 0 ? nothing : part(t("library.virtual"), virtual)}
    ${part(t("library.real"), realRows(sides))} ${rewardDiff(compared)}`;
}
