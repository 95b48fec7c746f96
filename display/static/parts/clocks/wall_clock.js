// Compares the server's calendar with this device's, and sets it.

import { command, newKey, read } from "/static/api.js";

/** So much may be the network's and the devices' own inexactness. */
export const TOLERATED_MS = 5000;

/** How far the server's calendar is ahead of this device's, in ms; by the quicker half of the way. */
export async function readDifference() {
  const askedMs = Date.now();
  const { wall_utc: wallUtc } = await read("/clock/wall");
  const hereMs = (askedMs + Date.now()) / 2;
  return { serverMs: Date.parse(wallUtc), hereMs, aheadMs: Date.parse(wallUtc) - hereMs };
}

/** Made anew at each attempt: a login in between must not make it late. */
export const setToNow = () =>
  command("/clock/wall", { now_utc: new Date().toISOString() }, { method: "PUT", key: newKey() });
