// The lower third: who is on track, with number, name and car, the best lap and the gap.

import { html, nothing } from "lit";
import { lapTime } from "/static/formatting.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { bestLap, carOf, entryOf, hasField, lapMark, standingsRows } from "/static/view_model.js";
import { partOnAir, runsOnAir } from "/static/overlay/on_air.js";
import { Overlay } from "/static/overlay/overlay.js";
import { cutEntry, cutSentence } from "/static/parts/standings/cut.js";
import { titleInView } from "/static/parts/standings/match.js";
import { face } from "/static/parts/forms/picture.js";
import { markGlyph, plate } from "/static/parts/plate.js";
import { gapToLeader } from "/static/parts/standings/worth.js";

const RUNS_SHOWN = 6;

const figure = (label, content, testId) =>
  html`<p class="third__figure" data-testid=${testId}>
    <span class="label">${label}</span> <span class="third__value digits">${content}</span>
  </p>`;

function bestFigure(heat) {
  const best = bestLap(heat);
  if (best === null) return nothing;
  const mark = lapMark(best);
  return figure(
    t("figure.best"),
    html`<span class="third__time third__time--${mark}">${lapTime(best.duration_us)}</span> ${markGlyph(best)}`,
    "best",
  );
}

/** The place in the stage, and the distance to its leader. */
function gapFigure(view) {
  const row = standingsRows(view).find((each) => each.entry_id === view.heat.entry_id);
  if (row === undefined || row.value_us === null || !row.is_ranked) return nothing;
  const behind = row.rank === 1 ? t("figure.leads") : gapToLeader(row);
  const place = t("figure.position", { rank: row.rank });
  return figure(t("figure.leader_gap"), html`<b>${place}</b> ${behind}`, "gap");
}

function cutLine(view) {
  const at = cutEntry(view, view.heat.entry_id);
  if (at === null || view.cut.is_drawn) return nothing;
  return html`<p class="third__cut digits">${cutSentence(view.cut, at)}</p>`;
}

/** What stands above the name: what is going on, or which stage and match it is. */
function kicker(view, part) {
  const { heat, stage } = view;
  if (part === "called") return tCode("phase", heat.phase);
  if (part === "result") return t("result.title");
  const match = titleInView(view, heat.match_name);
  return [heat.is_practice ? t("race.practice") : stage?.title, match].filter(Boolean).join(" · ");
}

function oneDriver(view, part) {
  const { heat } = view;
  const entry = entryOf(view, heat.entry_id);
  const car = carOf(view, heat.car_id);
  return html`<section class="third" .style=${`--driver:${entry.colour}`}>
    <p class="third__kicker"><bdi>${kicker(view, part)}</bdi></p>
    <div class="third__body">
      ${face(entry.picture, "third__face")} ${plate(entry)}
      <div class="third__who">
        <bdi class="third__name" data-testid="driver">${entry.name}</bdi>
        ${car === null ? nothing : html`<bdi class="third__car">${car.name}</bdi>`}
      </div>
      ${bestFigure(heat)} ${gapFigure(view)}
    </div>
    ${cutLine(view)}
  </section>`;
}

function manyDrivers(view, part) {
  const runs = runsOnAir(view).slice(0, RUNS_SHOWN);
  if (runs.length === 0) return null;
  return html`<section class="third third--field">
    <p class="third__kicker"><bdi>${kicker(view, part)}</bdi></p>
    <ol class="third__runs">
      ${runs.map(
        (run) =>
          html`<li class="third__run">
            <b class="digits">${run.place ?? ""}</b> ${plate(run.entry)}
            <bdi class="name">${run.entry.name}</bdi>
            <span class="third__behind digits"
              >${run.place > 1 ? gapToLeader(run) : run.best_us === null ? nothing : lapTime(run.best_us)}</span
            >
          </li>`,
      )}
    </ol>
  </section>`;
}

class OverlayLowerThird extends Overlay {
  content(view, nowUs) {
    const part = partOnAir(view, nowUs);
    if (part === null) return null;
    return hasField(view.heat) ? manyDrivers(view, part) : oneDriver(view, part);
  }
}

await loadLanguage();
customElements.define("overlay-lower-third", OverlayLowerThird);
