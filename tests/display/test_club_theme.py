"""A club's own theme: what it may say, and what is refused with a sentence."""

from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from display import club_theme as subject
from display.pages.routes import CLUB_THEME_ADDRESS, create_display_routes
from display.pages.shell import PAGES

pytestmark = pytest.mark.anyio

CLUB = """/* Harbour Racers */
:root { --kerb-red: #1d4ed8; --slant: none; }
:root[data-theme='light'] {
  --purple: #5b21b6;
}
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def theme_of(folder: Path, css: str | bytes) -> subject.ClubTheme:
    file = folder / "club.css"
    file.write_bytes(css if isinstance(css, bytes) else css.encode())
    return subject.read_club_theme(file)


def test_a_theme_of_tokens_is_taken(tmp_path: Path) -> None:
    """It should serve the file as it is, and find nothing hard to read in readable colours."""
    theme = theme_of(tmp_path, CLUB)
    assert theme.css == CLUB
    assert theme.warnings == ()


def test_what_is_hard_to_read_is_told(tmp_path: Path) -> None:
    """It should name the theme, the pair and the contrast, and take the file all the same."""
    theme = theme_of(tmp_path, ':root[data-theme="light"] { --muted: #a1a1aa }')
    assert "In the light theme --muted on --panel has a contrast of 2.6, less than 4.5." in (
        theme.warnings
    )
    assert not any("dark" in warning for warning in theme.warnings)


def test_what_is_said_of_one_theme_outranks_what_is_said_of_both(tmp_path: Path) -> None:
    """It should judge the light theme by its own value, as browsers draw it."""
    theme = theme_of(tmp_path, ":root { --muted: #d4d4d8 }")
    assert theme.warnings == ()


@pytest.mark.parametrize(
    ("css", "word"),
    [
        (":root { --purpel: #5b21b6 }", "no token '--purpel'; --purple is one."),
        (":root { color: #5b21b6 }", "no token 'color'"),
        (":root { --purple: violet }", "--purple is a colour: write it as #rrggbb"),
        (":root { --face: url(http://elsewhere.example/f) }", "--face may not fetch anything"),
        (":root { --slant: u/**/rl(x) }", "--slant may not fetch anything"),
        (":root { --slant: \\75rl(x) }", "--slant may not fetch anything"),
        ('@import "https://elsewhere.example/a.css";', "stands outside of a block"),
        ('@import "a.css"; :root { --purple: #5b21b6 }', "is no block of a theme"),
        ("body { --purple: #5b21b6 }", "'body' is no block of a theme"),
        ("@media print { :root { --purple: #5b21b6 } }", "stands outside of a block"),
        (":root { --purple }", "is no 'name: value'"),
        (":root { --purple: #5b21b6 } }", "stands outside of a block"),
        ("/* open :root { --purple: #5b21b6 }", "is no block of a theme"),
        (b":root { --face: \xff }", "isn't text in UTF-8"),
        ("/*" + " " * subject.MAX_BYTES + "*/", "65536 are the most"),
    ],
)
def test_what_is_refused(css: str | bytes, word: str, tmp_path: Path) -> None:
    """It should say in one sentence, with the file's name, what no theme may hold."""
    with pytest.raises(subject.ClubThemeError, match=r"club\.css") as refused:
        theme_of(tmp_path, css)
    assert word in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """It should name the file that isn't there."""
    with pytest.raises(subject.ClubThemeError, match=r"none\.css can't be read: No such file"):
        subject.read_club_theme(tmp_path / "none.css")


@pytest.mark.parametrize("address", PAGES)
async def test_each_page_draws_it_after_the_tokens(address: str, tmp_path: Path) -> None:
    """It should link the club's sheet right after the tokens, and serve it as a style sheet."""
    app = Starlette(routes=create_display_routes(theme_of(tmp_path, CLUB)))
    client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test")
    page = (await client.get(address)).text
    at = [page.index(f'{sheet}"') for sheet in ("/styles/tokens.css", 'href="/theme.css')]
    assert at == sorted(at)
    assert at[1] < page.index("/styles/base.css")
    sheet = await client.get(CLUB_THEME_ADDRESS)
    assert sheet.text == CLUB
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.headers["X-Content-Type-Options"] == "nosniff"
