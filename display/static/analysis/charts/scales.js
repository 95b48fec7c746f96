// Which colour a value has: seven steps that differ in lightness as well, so that everybody tells
// them apart; steering has a middle, and a colour for each side. Pure.

export const STEPS = 7;
const MIDDLE = (STEPS - 1) / 2;

/** What a path may be coloured by, with the column it comes from; steering is the one with sides. */
export const COLOURS = [
  { name: "speed", column: "speed_mps", hasSides: false },
  { name: "steering", column: "steering", hasSides: true },
  { name: "throttle", column: "throttle", hasSides: false },
  { name: "reward", column: "reward", hasSides: false },
];

/** From the least to the greatest value; with sides as far either way. `{low, high}`, null of nothing. */
export function rangeOf(values, hasSides) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const most = Math.max(Math.abs(low), Math.abs(high));
  return hasSides ? { low: -most, high: most } : { low, high };
}

/** The step of a value, 0 to 6; null for nothing. */
export function stepOf(value, { low, high }) {
  if (value === null) return null;
  if (high === low) return MIDDLE;
  return Math.min(STEPS - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * STEPS)));
}

/** Neighbours of one step as one piece: `[{step, from, to}]`, `to` being the first of the next. */
export function pieces(values, range) {
  const found = [];
  values.forEach((value, at) => {
    const step = stepOf(value, range);
    const last = found.at(-1);
    if (last !== undefined && last.step === step) last.to = at + 1;
    else found.push({ step, from: at, to: at + 1 });
  });
  return found;
}
