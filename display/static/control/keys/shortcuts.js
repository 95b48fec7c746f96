// Race control by single keys: each presses a button that is on the page, and nothing else.
//
// So a key does just what its button does, asks what it asks, and does nothing where the button
// can't be pressed. What ends something takes Shift as well, so that no slip of a finger ends it.

/** The keys of the race tab's buttons, as buttons name them. */
export const KEYS = {
  next: "N",
  arm: "A",
  start: "S",
  stop: "Shift+S",
  pause: "P",
  resume: "P",
  green: "G",
  yellow: "Y",
  red: "Shift+R",
  offTrack: "O",
  undo: "U",
  stopAll: "Shift+E",
};
export const LIST_KEY = "?";

const MEMORY_KEY = "paddock.keys";
const TYPING = "input, select, textarea, dialog, [contenteditable]";

/** Whether this device's user wants keys: somebody who dictates, or rests a hand, may not. */
export function areKeysOn() {
  try {
    return localStorage.getItem(MEMORY_KEY) !== "off";
  } catch {
    return true; // storage may be forbidden: keys are then on each time
  }
}

export function switchKeys(areOn) {
  try {
    localStorage.setItem(MEMORY_KEY, areOn ? "on" : "off");
  } catch {
    // as above
  }
}

/** "Shift+S" for a key that was pressed, whatever caps lock says; null for a key that is a part. */
function nameOf({ key, shiftKey }) {
  if (key.length !== 1) return null;
  const isLetter = key.toLowerCase() !== key.toUpperCase();
  return isLetter && shiftKey ? `Shift+${key.toUpperCase()}` : key.toUpperCase();
}

/** Whether a key that is pressed is race control's: nobody types, and no dialog asks something. */
export const isForKeys = (event) =>
  areKeysOn() && !event.target.closest?.(TYPING) && !document.querySelector("dialog[open]");

/** The key that an event names as a shortcut; null where somebody types, or means something else. */
export function shortcutOf(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing) return null;
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  return isForKeys(event) ? nameOf(event) : null;
}

/** Presses what has that key below `root`, if it can be pressed; says whether it did. */
export function pressByKey(root, key) {
  const target = [...root.querySelectorAll("[aria-keyshortcuts]")].find(
    (each) => each.getAttribute("aria-keyshortcuts") === key && !each.disabled,
  );
  target?.click();
  return target !== undefined;
}
