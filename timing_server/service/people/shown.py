"""What is shown of a person, as the person chose: the full name, the nickname, or initials."""

import unicodedata
from typing import Literal

ShownAs = Literal["full", "nickname", "initials"]


def shown_name(name: str, nickname: str, shown_as: ShownAs) -> str:
    """Return what everybody may read of somebody called ``name``.

    Who chose a nickname and has none is shown by initials: never by more than was allowed.
    """
    if shown_as == "full":
        return name
    if shown_as == "nickname" and nickname:
        return nickname
    return initials(name)


def initials(name: str) -> str:
    """Return the first letter of each word with what is combined with it: 'Ana Veloz' is 'A.V.'.

    A name without letters or digits has none: its first character stands for it.
    """
    letters = [_initial(word) for word in name.replace("-", " ").split()]
    found = [letter for letter in letters if letter]
    return "".join(f"{letter}." for letter in found) or name[:1]


def _initial(word: str) -> str:
    at = next((index for index, char in enumerate(word) if char.isalnum()), None)
    if at is None:
        return ""
    end = at + 1
    while end < len(word) and unicodedata.category(word[end]).startswith("M"):
        end += 1
    return word[at:end].upper()
