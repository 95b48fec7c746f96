// Times that people type: seconds or minutes and seconds, to integer microseconds without rounding.

const TYPED = /^(?:(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,6}))?$/;

/** "9.482" → 9482000, "1:02.3" → 62300000, "7" → 7000000; null for what is no time. */
export function typedUs(text) {
  const found = TYPED.exec(text.trim());
  if (found === null) return null;
  const [, minutes = "0", seconds, decimals = ""] = found;
  if (found[1] !== undefined && Number(seconds) > 59) return null;
  const us = Number(decimals.padEnd(6, "0"));
  return (Number(minutes) * 60 + Number(seconds)) * 1_000_000 + us;
}
