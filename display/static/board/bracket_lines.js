// The lines of a bracket: from each match to the one that its winner goes on to, as it is laid out.

/** How round a line's corners are, as far as there is room. */
const CORNER_PX = 8;

const centreOf = (box) => (box.top + box.bottom) / 2;

/** From the middle of a match while it is open, from its winner once it has one. */
const outOf = (duel) => duel.querySelector("[data-winner]") ?? duel.querySelector("ul");

/** Right, up or down in the gap behind the match, and right: `M x y H … V … H x`, corners rounded. */
export function elbow([fromX, fromY], [toX, toY], gapPx) {
  const turnX = fromX + gapPx / 2;
  const rise = toY - fromY;
  const corner = Math.min(CORNER_PX, gapPx / 2, Math.abs(rise) / 2);
  if (corner < 1) return `M${fromX} ${fromY}L${toX} ${toY}`;
  const down = Math.sign(rise) * corner;
  return (
    `M${fromX} ${fromY}H${turnX - corner}q${corner} 0 ${corner} ${down}` +
    `V${toY - down}q0 ${down} ${corner} ${down}H${toX}`
  );
}

/**
 * A line `{d, from, to, isDecided}` for each winner that goes on, in px of `room`, which holds the
 * matches' elements. One whose other end isn't there, or stands below it, has none.
 */
export function bracketLines(room, matches) {
  const { left, top } = room.getBoundingClientRect();
  const gapPx = Number.parseFloat(getComputedStyle(room).columnGap) || 0;
  const elementOf = (name) => room.querySelector(`[data-match="${name}"]`);
  const lineInto = (match, side, at) => {
    const [source, target] = [elementOf(side.from_match), elementOf(match.name)];
    if (source === null || target === null) return [];
    const [end, start] = [target.getBoundingClientRect(), source.getBoundingClientRect()];
    if (end.left < start.right) return [];
    const into = target.querySelectorAll("ul > li")[at].getBoundingClientRect();
    const from = [start.right - left, centreOf(outOf(source).getBoundingClientRect()) - top];
    const d = elbow(from, [end.left - left, centreOf(into) - top], gapPx);
    return [{ d, from: side.from_match, to: match.name, isDecided: side.entry_id !== null }];
  };
  return matches.flatMap((match) =>
    match.sides.flatMap((side, at) => (side.feed === "winner" ? lineInto(match, side, at) : [])),
  );
}
