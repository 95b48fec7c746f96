// The library's tracks in forms: which one real cars race on, or that nobody says.

import { ApiError, read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { choiceField } from "/static/parts/forms/form.js";

/** All tracks; none where this server can't measure any. */
export async function libraryTracks() {
  try {
    return await read("/tracks");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [];
  }
}

/**
 * The id of the track that the newest of these stages of real cars is raced on; "" without one, and
 * where several are called so: people say which.
 */
export function usualTrackId(tracks, stages) {
  const told = stages.findLast((each) => !each.is_virtual && each.track !== null);
  const named = tracks.filter((each) => each.name === told?.track);
  return named.length === 1 ? named[0].track_id : "";
}

/** Where real cars are to race; nobody has to say. */
export const realTrackField = (tracks, selected) =>
  choiceField(t("track.raced_on"), "track_id", [["", t("track.not_told")], ...tracks.map((each) => [each.track_id, each.name])], selected);
