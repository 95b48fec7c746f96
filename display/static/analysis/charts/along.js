// Where a lap is at an instant or a place, by its curves' columns. Pure.

/** The index of the newest decision that isn't after `value` in a rising column; −1 before the first. */
export function newestAt(column, value) {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (column[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Between two known pairs the line is straight: `from` and `to` are rising columns with both ends. */
function along(from, to, value) {
  const at = clamp(newestAt(from, value), 0, from.length - 2);
  const width = from[at + 1] - from[at];
  const share = width === 0 ? 1 : clamp((value - from[at]) / width, 0, 1);
  return to[at] + (to[at + 1] - to[at]) * share;
}

const timesOf = (lap) => [0, ...lap.at_us, Math.max(lap.duration_us, lap.at_us.at(-1) ?? 0)];
const placesOf = (lap) => [0, ...lap.place, Math.max(lap.reach, lap.place.at(-1) ?? 0)];

/** The place of a lap at an instant of it. */
export const placeAt = (lap, us) => along(timesOf(lap), placesOf(lap), us);

/** The instant of a lap at a place of it. */
export const usAt = (lap, place) => along(placesOf(lap), timesOf(lap), place);

/** Where the car is at an instant, `{x, y, heading}` in metres; null where that isn't known. */
export function positionAt(lap, us) {
  const at = Math.max(0, newestAt(lap.at_us, us));
  const next = Math.min(at + 1, lap.at_us.length - 1);
  if (lap.x_m[at] == null) return null;
  const width = lap.at_us[next] - lap.at_us[at];
  const share = width <= 0 || lap.x_m[next] == null ? 0 : clamp((us - lap.at_us[at]) / width, 0, 1);
  const mix = (column) => column[at] + ((column[next] ?? column[at]) - column[at]) * share;
  return { x: mix(lap.x_m), y: mix(lap.y_m), heading: lap.heading_rad[at] };
}

/** A column at even places, `count` + 1 of them: the newest decision's; null where there is none. */
export function atPlaces(lap, column, count) {
  return Array.from({ length: count + 1 }, (_, step) => {
    const place = step / count;
    const at = newestAt(lap.place, place);
    return at < 0 || place > lap.reach ? null : (lap[column][at] ?? null);
  });
}

/** What a column says at an instant, null where it says nothing. */
export const valueAt = (lap, column, us) => lap[column][Math.max(0, newestAt(lap.at_us, us))] ?? null;

/** Whether a column says anything. */
export const says = (lap, column) => lap !== null && lap[column].some((value) => value !== null);
