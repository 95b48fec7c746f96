"""The colours of the pages, read from tokens.css, and what must be readable on what."""

import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Final

TOKENS_FILE: Final = Path(__file__).parent / "static" / "styles" / "tokens.css"

#: Least contrast of text, and of the edge of what can be typed into and the lines of charts
#: (WCAG 2.1, AA).
TEXT_CONTRAST: Final = 4.5
EDGE_CONTRAST: Final = 3.0

_SURFACES: Final = ("bg", "panel", "raised", "well")
_TEXTS: Final = ("ink", "soft", "muted", "purple", "green", "yellow", "signal")

_FILLS: Final = (
    *("yellow-fill", "signal-fill", "green-fill"),
    *("flag-yellow", "flag-white", "stranger"),
)

#: What is written on what.
TEXT_PAIRS: Final = (
    *product(_TEXTS, _SURFACES),
    *product(("ink",), ("glow", "raised-hover", "chosen-fill")),
    *product(("bg",), ("ink", "ink-hover")),
    *product(("dark-ink",), _FILLS),
    *product(("on-green",), ("green-fill", "green-fill-hover")),
    *product(("on-danger",), ("danger", "danger-hover")),
    *product(("on-celebration",), ("celebration", "celebration-bright", "celebration-deep")),
    ("light-ink", "go-ground"),
    ("dark-ink", "logo-paper"),
    ("on-picture", "picture"),
)
EDGE_PAIRS: Final = (
    *product(("edge",), ("bg", "panel", "raised")),
    *product(("chart-1", "chart-2", "chart-3", "chart-4"), ("panel", "raised")),
)

COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE: Final = re.compile(r"([^{}]*)\{([^{}]*)\}")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)

#: The selectors of a theme's blocks: what holds in both, unless the light says otherwise, and what
#: holds in one of them.
BOTH: Final = ":root"
LIGHT: Final = ':root[data-theme="light"]'
DARK: Final = ':root[data-theme="dark"]'


def read_tokens(css: str) -> dict[str, dict[str, str]]:
    """Return each rule's tokens, without their dashes, by the rule's selector."""
    rules: dict[str, dict[str, str]] = {}
    for selector, body in RULE.findall(COMMENT.sub("", css)):
        tokens = rules.setdefault(written(selector), {})
        for declaration in body.split(";"):
            name, colon, value = declaration.partition(":")
            if colon and name.strip().startswith("--"):
                tokens[name.strip()[2:]] = value.strip()
    return rules


def meanings(css: str) -> dict[str, str]:
    """Return what each token is for, as the comment behind it says."""
    return dict(re.findall(r"--([\w-]+):[^;]*; /\* (.*) \*/", css))


def written(selector: str) -> str:
    """Return a selector as this module writes it: quoted alike and on one line."""
    return " ".join(selector.replace("'", '"').split())


def themes(*sheets: str) -> dict[str, Mapping[str, str]]:
    """Return the tokens of the dark and of the light theme, as the sheets say one after another."""
    found = [read_tokens(sheet) for sheet in sheets]

    def of(*selectors: str) -> dict[str, str]:
        # What is said of one theme outranks what is said of both, in whichever sheet.
        return {
            name: value
            for selector in selectors
            for rules in found
            for name, value in rules.get(selector, {}).items()
        }

    return {"dark": of(BOTH, DARK), "light": of(BOTH, LIGHT)}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours #rrggbb, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def unreadable(tokens: Mapping[str, str]) -> list[str]:
    """Return what a theme writes too faintly, one sentence each; only #rrggbb can be judged."""
    found = []
    for pairs, least in ((TEXT_PAIRS, TEXT_CONTRAST), (EDGE_PAIRS, EDGE_CONTRAST)):
        for front, back in pairs:
            colours = tokens[front], tokens[back]
            if not all(map(_COLOUR.fullmatch, colours)):
                continue
            if (ratio := contrast(*colours)) < least:
                found.append(
                    f"--{front} on --{back} has a contrast of {ratio:.1f}, less than {least}"
                )
    return found
