// What the server knows of devices, asked again and again: once for all who follow it.

import { read } from "/static/api.js";

/** Asks only while somebody follows, and while the page is seen. */
function polled(path, everyMs) {
  const followers = new Set();
  let newest = null;
  let timer = 0;

  /** Asks now; returns the answer, or null where there is none. */
  async function ask() {
    try {
      newest = await read(path);
    } catch {
      return null; // asked again soon; whoever does something here hears why not
    }
    for (const follower of followers) follower(newest);
    return newest;
  }

  /** Calls `follower` with each answer; returns what ends that. */
  function follow(follower) {
    followers.add(follower);
    if (newest !== null) follower(newest);
    if (followers.size === 1) {
      ask();
      timer = setInterval(() => document.hidden || ask(), everyMs);
    }
    return () => {
      followers.delete(follower);
      if (followers.size > 0) return;
      clearInterval(timer);
      newest = null;
    };
  }

  return { ask, follow };
}

export const polledNodes = polled("/nodes", 3000);
export const polledCameras = polled("/cameras", 5000);
export const polledCrossings = polled("/cameras/unclaimed", 5000);
