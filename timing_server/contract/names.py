"""Text that people type: short, normalised, and free of characters that deceive the eye."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

MAX_NAME_LENGTH = 40
MAX_REASON_LENGTH = 200
MAX_CONTACT_LENGTH = 100

#: Characters that only steer: but these two join letters of some scripts and parts of emoji.
_JOINERS = frozenset("\u200c\u200d")
#: Letters and symbols that draw nothing: fillers of Hangul, the empty Braille cell.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
#: Unicode's categories of control, format, surrogate, private, unassigned, line and paragraph.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_text(text: str, max_length: int) -> str:
    """Return the text in NFC. Raises ValueError where it hides something or is too long."""
    normal = unicodedata.normalize("NFC", text)
    for char in normal:
        if char not in _JOINERS and unicodedata.category(char) in _REFUSED_CATEGORIES:
            raise ValueError(f"must not contain the invisible character U+{ord(char):04X}")
    if len(normal) > max_length:
        raise ValueError(f"must have at most {max_length} characters")
    return normal


def clean_lines(text: str, max_length: int) -> str:
    """Return a text of several lines in NFC. Raises ValueError as ``clean_text`` does."""
    lines = [clean_text(line, max_length) for line in text.replace("\r\n", "\n").split("\n")]
    whole = "\n".join(lines)
    if len(whole) > max_length:
        raise ValueError(f"must have at most {max_length} characters")
    return whole


def shown_text(text: str, max_length: int) -> str:
    """Return what a stranger wrote as one line that may stand in a sentence, a log or a terminal.

    What isn't printable (control and direction characters, line ends) becomes a question mark, and
    what is longer loses its end. For text that people are told; for what is kept ``clean_text``.
    """
    shown = "".join(char if char.isprintable() else "?" for char in text[: max_length + 1])
    return shown if len(shown) <= max_length else f"{shown[: max_length - 1]}…"


def _clean_name(text: str) -> str:
    name = clean_text(text, MAX_NAME_LENGTH)
    if name and not any(map(_is_visible, name)):
        raise ValueError("must contain something that can be seen")
    return name


def _is_visible(char: str) -> bool:
    return char not in _BLANKS and unicodedata.category(char)[0] in "LNPS"


def _clean_contact(text: str) -> str:
    return clean_text(text, MAX_CONTACT_LENGTH)


def _clean_reason(text: str) -> str:
    return clean_text(text, MAX_REASON_LENGTH)


#: What a person or a car is called.
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4 * MAX_NAME_LENGTH),
    AfterValidator(_clean_name),
]
#: A nickname, a team, a sponsor; may be empty.
OptionalName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4 * MAX_NAME_LENGTH),
    AfterValidator(_clean_name),
]
#: How to reach a person; may be empty.
Contact = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4 * MAX_CONTACT_LENGTH),
    AfterValidator(_clean_contact),
]
#: Why a marshal ruled so; may be empty.
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4 * MAX_REASON_LENGTH),
    AfterValidator(_clean_reason),
]
