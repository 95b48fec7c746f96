"""A club's own look: one file that gives tokens other values, checked when the server starts."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from display.themes import (
    BOTH,
    COMMENT,
    DARK,
    LIGHT,
    RULE,
    TOKENS_FILE,
    themes,
    unreadable,
    written,
)
from timing_server.contract.errors import PaddockError

MAX_BYTES: Final = 65_536

#: The blocks that a club's file may have, each named as it is written there.
SELECTORS: Final = (BOTH, DARK, LIGHT)

_TOKEN: Final = re.compile(r"--[a-z][a-z0-9-]*")
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
#: What a value could fetch, or hide that it fetches.
_REACHES_OUT: Final = re.compile(r"url\(|image\(|image-set\(|src\(|[\\@<]", re.IGNORECASE)


class ClubThemeError(PaddockError, ValueError):
    """A club's theme file is missing, too large, or says something that no theme may."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class ClubTheme:
    """A file that was checked: what browsers get, and what in it is hard to read."""

    css: str
    warnings: tuple[str, ...]


def read_club_theme(path: Path) -> ClubTheme:
    """Read and check a club's theme.

    Raises ClubThemeError with one sentence that names the file and what is wrong in it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ClubThemeError(f"The theme {path} can't be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise ClubThemeError(
            f"The theme {path} has {len(content)} bytes; {MAX_BYTES} are the most. "
            "It holds values only, no pictures or fonts."
        )
    try:
        css = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ClubThemeError(f"The theme {path} isn't text in UTF-8.") from error
    for wrong in _faults(css):
        raise ClubThemeError(f"The theme {path}: {wrong}")
    own = TOKENS_FILE.read_text(encoding="utf-8")
    faint = {
        f"In the {name} theme {sentence}."
        for name, tokens in themes(own, css).items()
        for sentence in unreadable(tokens)
    }
    return ClubTheme(css, tuple(sorted(faint)))


def _faults(css: str) -> Iterator[str]:
    text = COMMENT.sub("", css)
    for selector, body in RULE.findall(text):
        name = written(selector)
        if name not in SELECTORS:
            yield f"'{name}' is no block of a theme; there are {', '.join(SELECTORS)}."
        for declaration in filter(None, map(str.strip, body.split(";"))):
            yield from _faults_of(declaration)
    left = RULE.sub("", text).strip()
    if left:
        yield f"'{left.splitlines()[0][:60]}' stands outside of a block such as ':root {{ … }}'."


def _faults_of(declaration: str) -> Iterator[str]:
    name, colon, value = (part.strip() for part in declaration.partition(":"))
    known = themes(TOKENS_FILE.read_text(encoding="utf-8"))["dark"]
    if not colon or not value:
        yield f"'{declaration[:60]}' is no 'name: value'."
    elif not _TOKEN.fullmatch(name) or name[2:] not in known:
        near = difflib.get_close_matches(name, [f"--{token}" for token in known], 1)
        hint = f"{near[0]} is one" if near else "docs/reference/theme.md lists them"
        yield f"there is no token '{name}'; {hint}."
    elif _REACHES_OUT.search(value):
        yield f"{name} may not fetch anything: '{value[:60]}'."
    elif _COLOUR.fullmatch(known[name[2:]]) and not _COLOUR.fullmatch(value):
        yield f"{name} is a colour: write it as #rrggbb, not '{value[:60]}'."
