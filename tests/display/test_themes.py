"""The themes: every colour in one file, readable in the dark and in the light."""

import re

import pytest

from display import themes as subject
from display.pages.routes import STATIC_FOLDER

TOKENS = subject.TOKENS_FILE.read_text(encoding="utf-8")
STYLES = sorted((STATIC_FOLDER / "styles").rglob("*.css"))
MODULES = sorted(path for path in STATIC_FOLDER.rglob("*.js") if "vendor" not in path.parts)
OWN_TEXTS = [path for path in [*STYLES, *MODULES] if path != subject.TOKENS_FILE]

COLOUR = re.compile(
    r"(?<=[\s\"'`:(,])#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?=[\s\"'`;,)])"
    r"|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|hwb)\("
    r"|:\s*(?:white|black|red|green|yellow)\s*[;,]",
    re.IGNORECASE,
)


def colours_of(text: str) -> list[str]:
    comments_and_private_names = r"/\*.*?\*/|^\s*//.*?$|^\s*#\w+;"
    flags = re.DOTALL | re.MULTILINE
    return COLOUR.findall(re.sub(comments_and_private_names, "", text, flags=flags))


def test_colours_are_found() -> None:
    """It should see a colour however it is written, and take no private name for one."""
    for written in ("color: #FFF;", 'x = "#a1b2c3"', "rgb(0 0 0 / 0.5)", "0 1px #09090b99;"):
        assert len(colours_of(written)) == 1, written
    assert colours_of("  #feed;\n this.#feed = feed; /* #fff; */\n// #fff \n") == []


def test_only_the_tokens_name_colours() -> None:
    """It should name every colour in tokens.css and nowhere else."""
    for path in OWN_TEXTS:
        assert colours_of(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_is_readable(theme: str) -> None:
    """It should keep each text at 4.5:1 or more on what it is written on, and edges at 3:1."""
    assert subject.unreadable(subject.themes(TOKENS)[theme]) == []


def test_what_is_too_faint_is_told() -> None:
    """It should name both tokens and the contrast of what can't be read."""
    faint = dict(subject.themes(TOKENS)["dark"]) | {"muted": "#3f3f46"}
    told = subject.unreadable(faint)
    assert "--muted on --panel has a contrast of 1.7, less than 4.5" in told


def test_contrast() -> None:
    """It should measure as WCAG 2 does, whichever of the two comes first."""
    assert subject.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert subject.contrast("#777777", "#ffffff") == subject.contrast("#ffffff", "#777777")
    assert subject.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_used_token_exists_and_every_token_is_used() -> None:
    """It should define each colour that a page asks for, and none that no page asks for."""
    defined = subject.themes(TOKENS)["dark"].keys()
    used: set[str] = set()
    set_by_modules: set[str] = set()
    for path in [*STYLES, *MODULES]:
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r"var\(--([\w-]+)", text))
        if path.suffix == ".js":
            set_by_modules |= set(re.findall(r"--([\w-]+)[:\"]", text))
        elif path != subject.TOKENS_FILE:
            set_by_modules |= set(re.findall(r"^\s+--([\w-]+):", text, re.MULTILINE))
    assert used - defined - set_by_modules == set()
    assert defined - used == set()
    assert subject.read_tokens(TOKENS)[subject.LIGHT].keys() <= defined


def test_every_token_says_what_it_is_for() -> None:
    """It should have a comment behind each token, which the reference shows to clubs."""
    tokens = subject.read_tokens(TOKENS)[subject.BOTH]
    assert tokens.keys() - subject.meanings(TOKENS).keys() == set()
