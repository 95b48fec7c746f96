// What keys do over a drawing: the arrows move a point, others choose, add, remove and take back.

const COARSE_M = 0.1;
const FINE_M = 0.01;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const PLAIN = {
  n: "next",
  p: "previous",
  s: "start",
  r: "turn",
  Insert: "add",
  Enter: "add",
  Delete: "remove",
  Backspace: "remove",
  "+": "larger",
  "-": "smaller",
  0: "fit",
};

/** `{does, by}` of a key that was pressed, null of one that means nothing here. */
export function meaningOf({ key, shiftKey, ctrlKey, metaKey, altKey }) {
  if (altKey) return null;
  if (ctrlKey || metaKey) {
    const letter = key.toLowerCase();
    if (letter === "z") return { does: shiftKey ? "redo" : "undo" };
    return letter === "y" ? { does: "redo" } : null;
  }
  if (key in ARROWS) {
    const step = shiftKey ? FINE_M : COARSE_M;
    return { does: "move", by: ARROWS[key].map((each) => each * step) };
  }
  const does = PLAIN[key] ?? PLAIN[key.toLowerCase()];
  return does ? { does } : null;
}
