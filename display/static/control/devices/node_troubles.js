// What is wrong with a timing node, its sensors and its gates, in words that say what to do.

import { t, tCode } from "/static/i18n.js";

/** A node reports every five seconds; after three reports that didn't come it is gone. */
const GONE_S = 15;
/** Who has been away for so long was packed up, and is no news in the middle of a race. */
const PACKED_UP_S = 3600;

export const isGone = (node) => node.silent_s === null || node.silent_s > GONE_S;

/** Whether the node took part in today's race at all. */
export const isInUse = (node) => node.silent_s !== null && node.silent_s < PACKED_UP_S;

/** What the running heat says of a gate that sees nobody. */
const silence = ({ gate, quiet_s: seconds }) => t("nodes.gate_silent", { gate, seconds });

/** Worst first; nothing where all is well. */
export function troublesOf(node) {
  if (isGone(node)) {
    const isKnown = node.silent_s !== null;
    return [isKnown ? t("nodes.silent", { seconds: node.silent_s }) : t("nodes.never")];
  }
  const { states = [], sensors = [] } = node.health ?? {};
  return [
    ...node.silent_gates.map(silence),
    ...states.map((state) => tCode("node_state", state)),
    ...sensors
      .filter(({ state }) => state !== "ok")
      .map(({ gate, sensor, state }) => `${gate}/${sensor}: ${tCode("sensor_state", state)}`),
  ];
}
