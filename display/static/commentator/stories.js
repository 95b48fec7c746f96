// What is worth saying, in words: codes with what they are about become sentences.

import { html } from "lit";
import { lapTime } from "/static/formatting.js";
import { t, tCode } from "/static/i18n.js";
import { entryOf } from "/static/view_model.js";

/** So long a story is marked as new. */
const FRESH_US = 45_000_000;

/** Names are from people: isolated, none can turn the sentence around. */
const isolated = (text) => `\u2068${text}\u2069`;

/** What of the live document stories follow from. */
export const storiesCause = ({ event_id: id, heat, standings, rulings, cut, entries }) =>
  JSON.stringify([
    ...[id, heat?.heat_id, heat?.phase, standings, cut?.entries],
    Object.values(heat?.laps ?? {}).map((lap) => [lap.pass_ref, lap.state, lap.duration_us]),
    Object.values(rulings).map((ruling) => [ruling.ruling_id, ruling.is_reversed]),
    Object.values(entries).map((entry) => entry.is_withdrawn),
  ]);

/** A story as `GET …/stories` has it, as one sentence. */
export function storyText(view, story) {
  const names = story.entry_ids.map((id) => isolated(entryOf(view, id).name));
  return tCode("story", story.code, {
    name: names[0],
    other: names[1],
    names: names.join(", "),
    time: lapTime(story.time_us),
    by: lapTime(story.by_us),
    count: story.count,
    place: story.place,
    from: story.from_place,
    seconds: story.seconds,
    heat: story.heat_number,
  });
}

const PURPLE = ["best_of_day", "first_under"];

export function storyList(view, stories, nowUs) {
  if (stories.length === 0) return html`<p class="muted">${t("commentator.no_stories")}</p>`;
  return html`<ol class="stories" tabindex="0" aria-labelledby="stories" data-testid="stories">
    ${stories.map((story) => {
      const isFresh = nowUs !== null && nowUs - story.at_us < FRESH_US;
      const kind = PURPLE.includes(story.code) ? "story--best" : "";
      return html`<li class="story ${kind} ${isFresh ? "story--fresh" : ""}" data-story=${story.code}>
        <span class="story__text">${storyText(view, story)}</span>
        <span class="story__when digits"
          >${isFresh ? html`<b class="story__new">${t("commentator.fresh")}</b>` : ""}
          ${t("plan.heat_number", { number: story.heat_number })}</span
        >
      </li>`;
    })}
  </ol>`;
}
