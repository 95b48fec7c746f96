// The buttons that run the heat: those of its phase, large enough for a thumb that looks elsewhere.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { KEYS } from "/static/control/keys/shortcuts.js";
import { pressedNow } from "/static/parts/cars/buttons.js";
import {
  hasField,
  isOnTrack,
  isUnderWay,
  openPause,
  queueRows,
  runRows,
} from "/static/view_model.js";

/** The key is written as the list has it; Shift by its arrow, for which there is room. */
const keyMark = (key) =>
  key === undefined
    ? nothing
    : html`<span class="command__key" aria-hidden="true">${key.replace("Shift+", "⇧ ")}</span>`;

const button = (label, { kind = "", isOff = false, onClick, note = nothing, key }) =>
  html`<button
    class="button command ${kind}"
    aria-keyshortcuts=${key ?? nothing}
    title=${key === undefined ? nothing : t("keys.hint", { key: key.replace("Shift", t("keys.shift")) })}
    ?disabled=${isOff}
    @click=${onClick}
  >
    ${label}${note}${keyMark(key)}
  </button>`;

/** Whether one press can only mean one entry's pass. */
export const canPass = (view) =>
  view?.heat?.phase === "running" && !hasField(view.heat) && !view.heat.is_virtual;

function stopLabel(heat, isWaiting) {
  if (!isWaiting) return t("control.stop");
  return heat.is_virtual ? t("show.send_back") : t("race.send_back");
}

/** What is said once a heat was stopped; one on a virtual track waits again, whole. */
function stopped(heat, isWaiting) {
  if (heat?.is_virtual) return t("show.stopped");
  return isWaiting ? t("race.send_back_done") : t("control.stop_done");
}

function lineButtons(view, { isBusy, act }) {
  const { heat } = view;
  const path = `/heats/${heat?.heat_id}`;
  const isWaiting = heat?.phase === "called" || heat?.phase === "armed";
  const hasLights = (heat?.start_mode === "lights" || heat?.is_virtual) && !isUnderWay(heat);
  return html`${button(t("control.next"), {
    key: KEYS.next,
    isOff: isBusy || isOnTrack(view) || queueRows(view).length === 0,
    onClick: () => act("/next", {}, t("control.next_done")),
  })}
  ${button(hasLights ? t("race.start_lights") : t("control.start"), {
    kind: "command--go",
    key: KEYS.start,
    isOff: isBusy || !isWaiting,
    onClick: () =>
      act(`${path}/start`, {}, hasLights ? t("race.lights_done") : t("control.start_done")),
  })}
  ${button(stopLabel(heat, isWaiting), {
    kind: isWaiting ? "" : "command--stop",
    key: KEYS.stop,
    isOff: isBusy || !isOnTrack(view),
    onClick: () =>
      act(`${path}/stop`, {}, stopped(heat, isWaiting)),
  })}`;
}

/** At the line: all is ready, whatever then starts the heat. */
function armButton({ heat }, { isBusy, act }) {
  if (heat?.phase !== "called") return nothing;
  const isCrossing = heat.start_mode === "first_crossing" && !heat.is_practice;
  return button(isCrossing ? t("race.arm_crossing") : t("race.arm"), {
    kind: "command--whole",
    key: KEYS.arm,
    isOff: isBusy,
    onClick: () => act(`/heats/${heat.heat_id}/arm`, {}, t("race.arm_done")),
  });
}

/** Whoever is called and doesn't come; of several, each stands down by itself. */
function absentButtons(view, { isBusy, act }) {
  const { heat } = view;
  if (heat?.phase !== "called" && heat?.phase !== "armed") return nothing;
  return runRows(view)
    .filter((run) => run.status === null)
    .map((run) =>
      button(t("race.no_show", { name: run.entry.name }), {
        kind: "command--whole",
        isOff: isBusy,
        onClick: () =>
          act(
            `/entries/${run.entry_id}/no-show`,
            { heat_id: heat.heat_id },
            t("plan.no_show_ruled"),
          ),
      }),
    );
}

function passButtons(view, { isBusy, act, manualPass, undo }) {
  const { heat } = view;
  const isField = hasField(heat);
  const offTrack = () =>
    act(
      `/heats/${heat.heat_id}/off-tracks`,
      { entry_id: heat.entry_id },
      t("control.off_track_done"),
    );
  return html`${
    isField
      ? nothing
      : button(t("control.manual_pass"), {
          kind: "command--pass",
          isOff: !canPass(view),
          onClick: manualPass,
          note: html`<small>${t("control.space_bar")}</small>`,
        })
  }
  ${
    isField
      ? nothing
      : button(t("control.off_track"), {
          kind: "command--half",
          key: KEYS.offTrack,
          isOff: isBusy || heat?.phase !== "running",
          onClick: offTrack,
        })
  }
  ${button(t("action.undo"), {
    kind: isField ? "command--whole" : "command--half",
    key: KEYS.undo,
    isOff: isBusy,
    onClick: undo,
  })}`;
}

/** Flags and pauses; only what changes something can be pressed. */
function clockButtons({ heat }, { isBusy, act }) {
  if (!isUnderWay(heat)) return nothing;
  const path = `/heats/${heat.heat_id}`;
  const isPaused = openPause(heat) !== null;
  const isRed = ["red_flag", "e_stop"].includes(openPause(heat)?.cause);
  const isTimeout = openPause(heat)?.cause === "timeout";
  const isOut = { green: !isRed && heat.flag === "green", yellow: heat.flag === "yellow" && !isRed };
  const flag = (name, isOff) =>
    button(tCode("flag", name), {
      kind: `command--flag command--${name}`,
      key: KEYS[name],
      isOff: isBusy || isOff,
      onClick: () => act(`${path}/flag`, { flag: name }, t("race.flag_done")),
    });
  return html`<div class="commands commands--clock" role="group" aria-label=${t("race.flags")}>
    ${flag("green", isOut.green)} ${flag("yellow", isOut.yellow)} ${flag("red", isPaused && !isTimeout)}
    ${
      isPaused
        ? button(t("race.resume"), {
            kind: "command--go",
            key: KEYS.resume,
            isOff: isBusy,
            onClick: () => act(`${path}/resume`, {}, t("race.resume_done")),
          })
        : button(t("race.pause"), {
            key: KEYS.pause,
            isOff: isBusy,
            onClick: () => act(`${path}/pause`, { cause: "pause" }, t("race.pause_done")),
          })
    }
  </div>`;
}

/** Stops every car and the heat; never greyed out while cars may be on the track. */
function stopAllButton(view, { act, feed }) {
  if (!isOnTrack(view) || view.stop !== null) return nothing;
  return html`<div class="commands">
    ${button(t("stop.all"), {
      kind: "command--stop command--whole",
      key: KEYS.stopAll,
      onClick: () => act("/emergency-stop", pressedNow(feed), t("stop.sent")),
    })}
  </div>`;
}

/** `actions`: feed, isBusy, act(path, body, done), manualPass(), undo(). */
export function commandButtons(view, actions) {
  // On a virtual track nobody marks a pass, shows a flag, or has to be stopped by hand.
  if (view.heat?.is_virtual && isOnTrack(view))
    return html`<div class="commands">${lineButtons(view, actions)}</div>`;
  return html`<div class="commands">
      ${lineButtons(view, actions)} ${armButton(view, actions)} ${passButtons(view, actions)}
      ${absentButtons(view, actions)}
    </div>
    ${clockButtons(view, actions)} ${stopAllButton(view, actions)}`;
}
