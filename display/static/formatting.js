// Turns integer microseconds and other numbers into what people read; truncates, never rounds.

const US_PER_MS = 1000;
const US_PER_S = 1_000_000;
const S_PER_MIN = 60;

export const NO_VALUE = "–";

const twoDigits = (value) => String(value).padStart(2, "0");
const threeDigits = (value) => String(value).padStart(3, "0");

function minutesAndSeconds(totalS) {
  const minutes = Math.floor(totalS / S_PER_MIN);
  const seconds = totalS % S_PER_MIN;
  return minutes > 0 ? `${minutes}:${twoDigits(seconds)}` : String(seconds);
}

/** A finished lap: 9482999 → "9.482", 62345000 → "1:02.345"; null → "–". */
export function lapTime(us) {
  if (us === null || us === undefined) return NO_VALUE;
  const totalMs = Math.floor(us / US_PER_MS);
  return `${minutesAndSeconds(Math.floor(totalMs / 1000))}.${threeDigits(totalMs % 1000)}`;
}

/** A lap under way, to hundredths: 9482999 → "9.48"; before its first instant "0.00". */
export function runningTime(us) {
  const hundredths = Math.floor(Math.max(0, us) / (10 * US_PER_MS));
  return `${minutesAndSeconds(Math.floor(hundredths / 100))}.${twoDigits(hundredths % 100)}`;
}

/** What a duration counts as where shown times are compared: whole milliseconds, truncated. */
export const shownUs = (us) => Math.floor(us / US_PER_MS) * US_PER_MS;

/** How far off a time may be, in seconds, never understated: 200000 → "±0.2 s". */
export function bound(us, language) {
  const seconds = Math.ceil(us / US_PER_MS) / 1000;
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 3 };
  return `±${new Intl.NumberFormat(language, digits).format(seconds)} s`;
}

/** A difference with its sign, towards zero: 482900 → "+0.482", -231000 → "−0.231"; null → "–". */
export function gap(us) {
  if (us === null || us === undefined) return NO_VALUE;
  return `${us < 0 ? "−" : "+"}${lapTime(Math.abs(us))}`;
}

/** What is left, in whole seconds begun: 23_000_001 → "0:24"; never below "0:00". */
export function countdown(us) {
  const totalS = Math.ceil(Math.max(0, us) / US_PER_S);
  return `${Math.floor(totalS / S_PER_MIN)}:${twoDigits(totalS % S_PER_MIN)}`;
}

/** A plain number in the reader's language with a fixed count of decimals; null → "–". */
export function decimal(value, digits, language) {
  if (value === null || value === undefined) return NO_VALUE;
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A ratio as a percentage in the reader's language; null → "–". */
export function percent(frac, language) {
  if (frac === null || frac === undefined) return NO_VALUE;
  return new Intl.NumberFormat(language, { style: "percent" }).format(frac);
}

/** The time of day of an ISO 8601 instant, in the reader's language; unreadable → "–". */
export function timeOfDay(iso, language) {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return NO_VALUE;
  return new Intl.DateTimeFormat(language, { timeStyle: "medium" }).format(instant);
}

/** Black or white, whichever is read more easily on a #rrggbb colour (WCAG relative luminance). */
export function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#09090b" : "#fafafa";
}

/** A size as people read it: 2.4 MB. */
export function megabytes(bytes, language) {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return `${format.format(bytes / 1e6)} MB`;
}

/** Day and time of an instant of the calendar, by this machine's own clock. */
export const dateAndTime = (iso, language) =>
  new Date(iso).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });

/** The day of an instant of the calendar, by this machine's own clock. */
export const dateOnly = (iso, language) =>
  new Date(iso).toLocaleDateString(language, { dateStyle: "medium" });
