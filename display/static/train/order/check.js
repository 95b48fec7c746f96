// Tries a reward function out before anything is trained by it: at the start, or in many cases.

import { ApiError } from "/static/api.js";
import { askLab } from "/static/lab/asking.js";

const NAME = "reward.py";

/** A fault as pages mark it, from a refusal that is about the function itself; else the refusal. */
function faultOf(error) {
  if (!(error instanceof ApiError) || error.code !== "reward_refused") throw error;
  return { sentence: error.params.said, line: error.params.line ?? null };
}

/** Looks for faults in many cases: {fault, cases}; throws ApiError where it can't be tried out. */
export async function checkWhole(track, source) {
  try {
    const reward = { name: NAME, source };
    const { findings, cases } = await askLab("fuzz", { track, reward });
    const [first] = findings;
    return { fault: first === undefined ? null : first.fault, cases };
  } catch (error) {
    return { fault: faultOf(error), cases: 0 };
  }
}

/** Where a car stands at the start of a track, as the lab is asked. */
function startOf({ centre: [[x, y], [nextX, nextY]] }) {
  const heading = (Math.atan2(nextY - y, nextX - x) * 180) / Math.PI;
  return { x_m: x, y_m: y, heading_deg: heading };
}

/**
 * The fault that a function has at the start of a track, null where it has none. Where it can't be
 * tried out now nobody is kept from training: that finds the fault as well.
 */
export async function faultAtStart(track, shape, source) {
  try {
    const reward = { name: NAME, source };
    return (await askLab("at", { track, reward, pose: startOf(shape) })).fault;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.code === "reward_refused" ? faultOf(error) : null;
  }
}
