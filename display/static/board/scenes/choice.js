// Which scene a board shows: its address' own, else race control's choice, else by the race's state.

/** What may be chosen; `auto` leaves it to the race. As the contract's `BoardScene`. */
export const CHOICES = ["auto", "start_list", "standings", "bracket", "podium", "sponsors"];

/** How long a scene stays in the pauses between heats, before the next has its turn. */
export const TURN_MS = 12_000;

/** The scene of `?scene=`, for one screen alone; null where the address names none that exists. */
export function askedScene(search) {
  const wanted = new URLSearchParams(search).get("scene");
  return CHOICES.includes(wanted) ? wanted : null;
}

/** What has its turn while nobody is at the line: mostly who is next, then the rest of the day. */
function idleTurns(view, sponsors) {
  const turns = ["idle", "idle"];
  if (Object.keys(view.queue).length > 1) turns.push("start_list");
  if (sponsors.length > 0) turns.push("sponsors");
  return turns;
}

/**
 * `asked` is the address' scene, `chosen` race control's; `turn` counts the turns since the board
 * fell idle. A bracket can only be shown where matches are raced.
 */
export function sceneToShow(view, { asked, chosen, turn, sponsors }) {
  const wanted = asked ?? chosen;
  if (wanted === "bracket" && view.matches === null) return "standings";
  if (wanted !== "auto") return wanted;
  if (view.scene !== "idle") return view.scene;
  const turns = idleTurns(view, sponsors);
  return turns[turn % turns.length];
}
