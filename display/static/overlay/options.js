// What an overlay's address asks for: `?rows=8&scale=1.25&gaps=interval`; nonsense is not heeded.

const ROWS = { least: 1, most: 20, usual: 10 };
const SCALE = { least: 0.25, most: 4, usual: 1 };
/** Which distances the tower shows: to the leader, to the row above, or both. */
const GAPS = ["both", "leader", "interval"];

function numberIn(text, { least, most, usual }) {
  const number = Number(text);
  if (text === null || text === "" || Number.isNaN(number)) return usual;
  return Math.min(most, Math.max(least, number));
}

export function overlayOptions(search) {
  const asked = new URLSearchParams(search);
  const gaps = asked.get("gaps");
  return {
    rows: Math.floor(numberIn(asked.get("rows"), ROWS)),
    scale: numberIn(asked.get("scale"), SCALE),
    gaps: GAPS.includes(gaps) ? gaps : GAPS[0],
  };
}
