"""The pages and their static files as routes, with the headers that keep them self-contained."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from display.club_theme import ClubTheme
from display.pages.edition import STATIC_ADDRESS
from display.pages.shell import CONSOLE_PAGE, PAGES, Page
from display.pages.static_files import SHARED_HEADERS, KeptStaticFiles

#: Where browsers find what a club changed; the page links to it right after the tokens.
CLUB_THEME_ADDRESS: Final = "/theme.css"
STATIC_FOLDER: Final = Path(__file__).parents[1] / "static"

_INLINE_SCRIPT: Final = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def script_hashes(page: str) -> tuple[str, ...]:
    """Return the CSP source of each inline script of a page, as CSP level 3 hashes them."""
    return tuple(
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in _INLINE_SCRIPT.findall(page)
    )


def content_security_policy(page: str) -> str:
    """Return the policy of one page: everything from this server, and its own import map."""
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *script_hashes(page))),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def _page_route(
    address: str, page: Page, files: KeptStaticFiles, club_sheets: tuple[str, ...] = ()
) -> Route:
    @lru_cache(maxsize=1)
    def worded(static_address: str) -> tuple[str, dict[str, str]]:
        document = page.document(static_address, club_sheets)
        policy = {"Content-Security-Policy": content_security_policy(document)}
        return document, SHARED_HEADERS | policy

    async def answer(_request: Request) -> Response:
        document, headers = worded((await files.edition()).address)
        return HTMLResponse(document, headers=headers)

    return Route(address, answer, name=page.name, include_in_schema=False)


def create_display_routes(club_theme: ClubTheme | None = None) -> list[BaseRoute]:
    """Return the routes of the pages and of ``/static``; add them after those of ``/api/v1``."""
    files = KeptStaticFiles(STATIC_FOLDER)
    sheets = () if club_theme is None else (CLUB_THEME_ADDRESS,)
    pages: list[BaseRoute] = [
        _page_route(address, page, files, sheets) for address, page in PAGES.items()
    ]
    if club_theme is not None:
        pages.append(_club_theme_route(club_theme))
    return [*pages, _static_mount(files)]


def _club_theme_route(club_theme: ClubTheme) -> Route:
    async def answer(_request: Request) -> Response:
        return Response(club_theme.css, media_type="text/css", headers=SHARED_HEADERS)

    return Route(CLUB_THEME_ADDRESS, answer, name="club_theme", include_in_schema=False)


def create_console_routes() -> list[BaseRoute]:
    """Return the routes of a car's own page and of ``/static``, likewise."""
    files = KeptStaticFiles(STATIC_FOLDER)
    return [_page_route("/", CONSOLE_PAGE, files), _static_mount(files)]


def _static_mount(files: KeptStaticFiles) -> Mount:
    return Mount(STATIC_ADDRESS, files, name="static")
