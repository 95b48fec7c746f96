// Which part of the library is open, as the address says it: #model=… or #compare=…,….
// A model is named by its hash and its owner, since two people may bring the same file.

export const keyOf = (model) => `${model.sha256}.${model.driver_id ?? ""}`;
export const modelAddress = (model) => `#model=${keyOf(model)}`;
export const compareAddress = (one, other) => `#compare=${keyOf(one)},${keyOf(other)}`;

function parsed(key) {
  const [sha256, driverId] = (key ?? "").split(".", 2);
  return /^[0-9a-f]{64}$/.test(sha256) ? { sha256, driver_id: driverId || null } : null;
}

/** {model}, {first, second} or {}: the list. */
export function openedBy(hash) {
  const asked = new URLSearchParams(hash.slice(1));
  const model = parsed(asked.get("model"));
  if (model !== null) return { model };
  const [first, second] = (asked.get("compare") ?? "").split(",").map(parsed);
  return first && second ? { first, second } : {};
}

/** '?driver_id=…' where a model has an owner. */
export const ownerQuery = ({ driver_id: driverId }) =>
  driverId ? `?driver_id=${encodeURIComponent(driverId)}` : "";

/** The query by which two models are compared. */
export function compareQuery(first, second) {
  const asked = new URLSearchParams({ first: first.sha256, second: second.sha256 });
  if (first.driver_id) asked.set("first_driver_id", first.driver_id);
  if (second.driver_id) asked.set("second_driver_id", second.driver_id);
  return `?${asked}`;
}
