// Applies a JSON merge patch (RFC 7396) without changing what it is applied to.

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Returns `target` as `patch` leaves it: null deletes a key, objects merge, anything else replaces. */
export function mergePatch(target, patch) {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
