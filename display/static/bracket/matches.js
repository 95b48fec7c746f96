// The bracket of an event, also while another stage is on show: read where the stream hasn't it.

import { ApiError, read } from "/static/api.js";
import { startListCause } from "/static/parts/start_list.js";

const QUIET_MS = 400;
/** Formats whose stages are raced by matches. */
const BY_MATCHES = ["single_elimination", "double_elimination", "round_robin"];

/**
 * Keeps `found`: `undefined` until it is known, null where no stage is raced by matches, else
 * `{stage, matches, isDrawn}` as `EventView` has them.
 */
export class Matches {
  found = undefined;
  #cause = "";
  #timer = null;
  #onChange;

  constructor(onChange) {
    this.#onChange = onChange;
  }

  stop() {
    clearTimeout(this.#timer);
  }

  /** What the document has is newest; else it is read, again whenever the plan may have changed. */
  follow(view) {
    if (view === null || view.matches !== null) {
      this.#cause = "";
      clearTimeout(this.#timer);
      this.found =
        view === null ? undefined : { stage: view.stage, matches: view.matches, isDrawn: true };
      return;
    }
    const cause = startListCause(view) + JSON.stringify(view.cut?.entries ?? {});
    if (cause === this.#cause) return;
    const isFirst = this.#cause === "";
    this.#cause = cause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(view.event_id), isFirst ? 0 : QUIET_MS);
  }

  async #load(eventId) {
    const cause = this.#cause;
    try {
      const found = await lastBracket(eventId);
      if (cause !== this.#cause) return; // something newer is on its way
      this.found = found;
      this.#onChange();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#cause = ""; // no contact: the banner says so, and the next change asks again
    }
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
