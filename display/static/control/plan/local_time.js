// A typed date and time as an instant: what the clocks on the wall say where the event is.

const MS_PER_MIN = 60_000;

/** An instant as a date and time field shows it: what the clocks on the wall say there. */
export function typedIn(timeZone, iso) {
  const instantMs = Date.parse(iso);
  return new Date(instantMs + offsetMs(timeZone, instantMs)).toISOString().slice(0, 16);
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetMs(timeZone, instantMs) {
  const shape = {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  };
  const parts = new Intl.DateTimeFormat("en-US", shape).formatToParts(new Date(instantMs));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  const shownMs = Date.UTC(
    ...[part.year, part.month - 1, part.day],
    ...[part.hour, part.minute, part.second],
  );
  return shownMs - Math.floor(instantMs / 1000) * 1000;
}

/** "2026-05-01T10:00" in "Europe/Madrid" → "2026-05-01T10:00:00+02:00". */
export function instantIn(timeZone, typed) {
  const asIfUtcMs = Date.parse(`${typed}Z`);
  // Twice, since the offset may change between the first guess and the instant that is meant.
  const guessMs = asIfUtcMs - offsetMs(timeZone, asIfUtcMs);
  const aheadMs = offsetMs(timeZone, guessMs);
  const aheadMin = Math.round(aheadMs / MS_PER_MIN);
  const digits = (value) => String(value).padStart(2, "0");
  const [sign, size] = aheadMin < 0 ? ["-", -aheadMin] : ["+", aheadMin];
  const offset = `${sign}${digits(Math.floor(size / 60))}:${digits(size % 60)}`;
  return `${new Date(asIfUtcMs).toISOString().slice(0, 19)}${offset}`;
}
