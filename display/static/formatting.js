// Turns integer microseconds and other numbers into what people read; truncates, never rounds.

import { language } from "/static/i18n.js";

const US_PER_MS = 1000;
const US_PER_S = 1_000_000;
const S_PER_MIN = 60;

export const NO_VALUE = "–";

/** What stands before the decimals of a time; other numbers get it from the browser. */
const DECIMAL_MARKS = { en: ".", es: "," };

const twoDigits = (value) => String(value).padStart(2, "0");
const threeDigits = (value) => String(value).padStart(3, "0");

function minutesAndSeconds(totalS) {
  const minutes = Math.floor(totalS / S_PER_MIN);
  const seconds = totalS % S_PER_MIN;
  return minutes > 0 ? `${minutes}:${twoDigits(seconds)}` : String(seconds);
}

/** A finished lap: 9482999 → "9.482", 62345000 → "1:02.345", in Spanish "1:02,345"; null → "–". */
export function lapTime(us, reader = language()) {
  if (us === null || us === undefined) return NO_VALUE;
  const totalMs = Math.floor(us / US_PER_MS);
  const whole = minutesAndSeconds(Math.floor(totalMs / 1000));
  return `${whole}${DECIMAL_MARKS[reader]}${threeDigits(totalMs % 1000)}`;
}

/** A lap under way, to hundredths: 9482999 → "9.48"; before its first instant "0.00". */
export function runningTime(us, reader = language()) {
  const hundredths = Math.floor(Math.max(0, us) / (10 * US_PER_MS));
  const whole = minutesAndSeconds(Math.floor(hundredths / 100));
  return `${whole}${DECIMAL_MARKS[reader]}${twoDigits(hundredths % 100)}`;
}

/** What a duration counts as where shown times are compared: whole milliseconds, truncated. */
export const shownUs = (us) => Math.floor(us / US_PER_MS) * US_PER_MS;

/** How far off a time may be, in seconds, never understated: 200000 → "±0.2 s". */
export function bound(us, reader) {
  const seconds = Math.ceil(us / US_PER_MS) / 1000;
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 3 };
  return `±${new Intl.NumberFormat(reader, digits).format(seconds)} s`;
}

/** A difference with its sign, towards zero: 482900 → "+0.482", -231000 → "−0.231"; null → "–". */
export function gap(us, reader = language()) {
  if (us === null || us === undefined) return NO_VALUE;
  return `${us < 0 ? "−" : "+"}${lapTime(Math.abs(us), reader)}`;
}

/** What is left, in whole seconds begun: 23_000_001 → "0:24"; never below "0:00". */
export function countdown(us) {
  const totalS = Math.ceil(Math.max(0, us) / US_PER_S);
  return `${Math.floor(totalS / S_PER_MIN)}:${twoDigits(totalS % S_PER_MIN)}`;
}

/** A plain number in the reader's language with a fixed count of decimals; null → "–". */
export function decimal(value, digits, reader) {
  if (value === null || value === undefined) return NO_VALUE;
  return new Intl.NumberFormat(reader, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A ratio as a percentage in the reader's language; null → "–". */
export function percent(frac, reader) {
  if (frac === null || frac === undefined) return NO_VALUE;
  return new Intl.NumberFormat(reader, { style: "percent" }).format(frac);
}

/** The time of day of an ISO 8601 instant, in the reader's language; unreadable → "–". */
export function timeOfDay(iso, reader) {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return NO_VALUE;
  return new Intl.DateTimeFormat(reader, { timeStyle: "medium" }).format(instant);
}

/**
 * Dark or light ink, whichever is read more easily on a #rrggbb colour (WCAG relative luminance);
 * dark on the grey of an entry that isn't known.
 */
export function inkOn(colour) {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance <= 0.179 ? "var(--light-ink)" : "var(--dark-ink)";
}

/** A size as people read it: 2.4 MB, 82.5 GB. */
export function fileSize(bytes, reader) {
  const [size, unit] = bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  const format = new Intl.NumberFormat(reader, { maximumFractionDigits: 1 });
  return `${format.format(size)} ${unit}`;
}

/** Day and time of an instant of the calendar, by this machine's own clock or in a time zone. */
export const dateAndTime = (iso, reader, timeZone = undefined) =>
  new Date(iso).toLocaleString(reader, { dateStyle: "medium", timeStyle: "short", timeZone });

/** The day of an instant of the calendar, by this machine's own clock. */
export const dateOnly = (iso, reader) =>
  new Date(iso).toLocaleDateString(reader, { dateStyle: "medium" });
