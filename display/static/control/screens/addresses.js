// The venue's screens and their addresses with what was chosen for them.

import { LANGUAGES } from "/static/i18n.js";

/** In the order in which a hall needs them; overlays are for a broadcast's picture. */
export const SCREENS = [
  { name: "board", path: "/" },
  { name: "lights", path: "/lights" },
  { name: "bracket", path: "/bracket" },
  { name: "commentator", path: "/commentator" },
  { name: "overlay_tower", path: "/overlay/tower", isOverlay: true, hasRows: true },
  { name: "overlay_lower_third", path: "/overlay/lower-third", isOverlay: true },
  { name: "overlay_timer", path: "/overlay/timer", isOverlay: true },
  { name: "start_list", path: "/start-list" },
  { name: "results", path: "/results" },
  { name: "season", path: "/season" },
  { name: "virtual", path: "/virtual" },
];

/** A screen's path with its options; what is as usual isn't said. */
export function screenPath({ path, isOverlay = false, hasRows = false }, { lang, scale, rows }) {
  const options = new URLSearchParams();
  if (LANGUAGES.includes(lang)) options.set("lang", lang);
  if (isOverlay && Number(scale) > 0 && Number(scale) !== 1) options.set("scale", String(scale));
  if (hasRows && Number(rows) > 0 && Number(rows) !== 10) options.set("rows", String(rows));
  return options.size === 0 ? path : `${path}?${options}`;
}
