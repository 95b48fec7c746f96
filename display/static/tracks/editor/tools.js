// The buttons beside a drawing: what is done to the chosen point, to the whole line, and to the view.

import { html } from "lit";
import { t } from "/static/i18n.js";

const button = (label, press, { isOff = false, keys = null, name = null } = {}) =>
  html`<button
    type="button"
    class="button tool"
    ?disabled=${isOff}
    aria-keyshortcuts=${keys ?? ""}
    title=${keys === null ? label : `${label} (${keys})`}
    data-tool=${name ?? ""}
    @click=${press}
  >
    ${label}
  </button>`;

/** Over the drawing: undo, redo, and how much of the ground is shown. */
export const viewTools = (history, { undo, redo, fit, zoom }) =>
  html`<div class="tools tools--view" role="toolbar" aria-label=${t("tracks.view")}>
    ${button("↶", undo, { isOff: !history.canUndo, keys: "Control+Z", name: "undo" })}
    ${button("↷", redo, { isOff: !history.canRedo, keys: "Control+Shift+Z", name: "redo" })}
    <span class="tools__gap"></span>
    ${button("−", () => zoom(1 / 1.4), { keys: "-", name: "smaller" })}
    ${button("+", () => zoom(1.4), { keys: "+", name: "larger" })}
    ${button(t("tracks.fit"), fit, { keys: "0", name: "fit" })}
  </div>`;

/** Below it: the chosen point, and the line. */
export const pointTools = ({ chosen, canAdd, canRemove }, { add, remove, start, turn }) =>
  html`<div class="tools" role="toolbar" aria-label=${t("tracks.point")}>
    ${button(t("tracks.add"), add, { isOff: chosen === null || !canAdd, keys: "Insert", name: "add" })}
    ${button(t("tracks.remove"), remove, { isOff: chosen === null || !canRemove, keys: "Delete", name: "remove" })}
    ${button(t("tracks.start_here"), start, { isOff: !chosen, keys: "S", name: "start" })}
    ${button(t("tracks.turn"), turn, { keys: "R", name: "turn" })}
  </div>`;
