// Ids as devices carry them: what somebody typed, else made from a name.

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const slugOf = (name) =>
  name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");

/** What was typed where it can be an id, else the id that is nearest to it (maybe ""). */
export const idOf = (typed) => (ID.test(typed.trim()) ? typed.trim() : slugOf(typed));

/** An id for a car of this name that no other car has: "Red Rocket" → "red-rocket". */
export function newCarId(name, taken) {
  const base = slugOf(name) || "car";
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(id)) return id;
  }
}
