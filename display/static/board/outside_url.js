// Where other machines of the network find the server that this page came from.

import { read } from "/static/api.js";

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const isForOthers = (url) => !LOOPBACK.test(new URL(url).hostname);

/** The page's own origin, unless only this machine can use it; then the server's word, else null. */
export function urlForOthers(origin, reachableUrl) {
  if (isForOthers(origin)) return origin;
  return reachableUrl && isForOthers(reachableUrl) ? reachableUrl : null;
}

/** Asks the server where it must; null where nobody knows an address that others can use. */
export async function outsideUrl() {
  const own = urlForOthers(location.origin, null);
  if (own !== null) return own;
  try {
    return urlForOthers(location.origin, (await read("/health")).reachable_url);
  } catch {
    return null; // no answer: the board then prints no address for others
  }
}
