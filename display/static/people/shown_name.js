// What is shown of a person, as the server does it: full name, nickname or initials.

const INITIAL = /[\p{L}\p{N}]\p{M}*/u;

const initials = (name) => {
  const letters = name
    .split(/[\s-]+/u)
    .map((word) => INITIAL.exec(word)?.[0] ?? "")
    .filter((letter) => letter !== "");
  return letters.map((letter) => `${letter.toUpperCase()}.`).join("") || [...name][0] || "";
};

/** `shownAs` is full, nickname or initials; who has no nickname is shown by initials. */
export function shownName({ name, nickname, shown_as: shownAs }) {
  if (shownAs === "full") return name.trim();
  if (shownAs === "nickname" && nickname.trim() !== "") return nickname.trim();
  return initials(name);
}
