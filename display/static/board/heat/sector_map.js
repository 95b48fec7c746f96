// Which part of the lap each car is in, by the gates that saw it: the map where no track is known.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import { GLYPHS, hasField, isUnderWay, runRows } from "/static/view_model.js";
import { sectorMark } from "/static/parts/laps/measures.js";
import { plate } from "/static/parts/plate.js";

/** Into how many parts gates divide the lap, as far as laps have shown; 1 where none does. */
function partCount(view) {
  const { heat } = view;
  const ended = Object.values(heat?.laps ?? {}).flatMap((lap) => lap.sectors);
  const underWay = Object.values(heat?.runs ?? {}).flatMap((run) => run.sectors);
  const splits = Object.values(view.references).flatMap((each) => each.splits);
  return Math.max(
    1,
    ...ended.map(({ last }) => last),
    ...underWay.map(({ last }) => last + 1),
    ...splits.map(({ sector }) => sector + 1),
  );
}

/** Whether gates say where cars are. */
export const hasSectorMap = (view) => isUnderWay(view.heat) && partCount(view) > 1;

/** The part that a run is in by the last gate that saw it; null where its lap hasn't begun. */
export const partOf = (run) =>
  run.lap_opened_us === null || run.is_over ? null : (run.sectors.at(-1)?.last ?? 0) + 1;

/** The parts in order, each with whom it holds and how the only one on track drove it. */
export function lapParts(view) {
  const runs = runRows(view);
  const alone = hasField(view.heat) ? null : (runs[0] ?? null);
  return Array.from({ length: partCount(view) }, (_, at) => {
    const number = at + 1;
    const ended = alone?.sectors.find(({ first, last }) => first <= number && number <= last);
    return { number, ended: ended ?? null, entries: runs.filter((run) => partOf(run) === number).map((run) => run.entry) };
  });
}

function part({ number, ended, entries }) {
  const mark = ended === null ? null : sectorMark(ended);
  return html`<li
    class="lap-part ${mark === null ? "" : `lap-part--${mark}`} ${entries.length > 0 ? "lap-part--here" : ""}"
    data-part=${number}
  >
    <span class="lap-part__name digits">${t("sector.name", { first: number })}</span>
    <span class="lap-part__cars">${entries.map(plate)}</span>
    <span class="lap-part__time digits"
      >${ended === null ? nothing : html`${lapTime(ended.duration_us)} <span class="mark" aria-hidden="true">${GLYPHS[mark]}</span>`}</span
    >
  </li>`;
}

export const sectorMap = (view) =>
  html`<section class="panel" aria-label=${t("map.title")}>
    <h2 class="panel__title">${t("map.title")}</h2>
    <ol class="lap-parts" data-testid="sector-map">
      ${lapParts(view).map(part)}
    </ol>
  </section>`;
