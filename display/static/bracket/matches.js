// The bracket of an event, also while another stage is on show: read where the stream hasn't it.

import { read } from "/static/api.js";
import { Followed } from "/static/parts/followed.js";
import { startListCause } from "/static/parts/standings/start_list.js";

/** Formats whose stages are raced by matches. */
const BY_MATCHES = ["single_elimination", "double_elimination", "round_robin"];

/**
 * Keeps `found`: `undefined` until it is known, null where no stage is raced by matches, else
 * `{stage, matches, isDrawn}` as `EventView` has them.
 */
export class Matches {
  #view = null;
  #followed;

  constructor(onChange) {
    this.#followed = new Followed(lastBracket, onChange);
  }

  stop() {
    this.#followed.stop();
  }

  /** What the document has is newest; else it is read. */
  get found() {
    const { matches = null, stage } = this.#view ?? {};
    return matches === null ? this.#followed.value : { stage, matches, isDrawn: true };
  }

  /** Reads again whenever the plan, or who would go on, may have changed. */
  follow(view) {
    this.#view = view;
    if (view === null || view.matches !== null) this.#followed.forget();
    else
      this.#followed.follow(
        startListCause(view) + JSON.stringify(view.cut?.entries ?? {}),
        view.event_id,
      );
  }
}

async function lastBracket(eventId) {
  const path = `/events/${eventId}/stages`;
  const stage = (await read(path)).findLast((each) => BY_MATCHES.includes(each.format_name));
  if (stage === undefined) return null;
  const bracket = await read(`${path}/${stage.stage_id}/bracket`);
  const matches = Object.fromEntries(bracket.matches.map((match) => [match.name, match]));
  const { title, format_name } = bracket;
  return { stage: { ...stage, title, format_name }, matches, isDrawn: bracket.is_drawn };
}
