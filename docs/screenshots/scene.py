"""What a picture of the documentation is: which page, at which size, at which moment of the day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Page

from docs.screenshots.day import Day
from docs.screenshots.moments import Moment

#: Widths and heights in px, of what people hang up or hold.
HALL: Final = (1920, 1080)
PROJECTOR: Final = (1280, 720)
LAPTOP: Final = (1280, 800)
PHONE: Final = (390, 844)


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: ``docs/images/NAME.png``.

    ``path`` may name ids of the day in braces (``Day.names``). ``shows`` is a selector: the picture
    is taken once it is to be seen. ``who`` is logged in: the organiser, or the driver of a number.
    ``act`` is what somebody does on the page first. ``of`` is the part of the page that is the
    picture, the whole screen where empty. ``over`` are pages with a clear ground that lie over this
    one, all of them over a picture of the track. ``open_s`` is how long the page is open at least,
    for what it draws of the last seconds.
    """

    name: str
    moment: Moment
    path: str
    shows: str
    size: tuple[int, int] = HALL
    theme: Literal["dark", "light"] = "dark"
    lang: Literal["en", "es"] = "en"
    who: Literal["organiser"] | int | None = None
    act: Callable[[Page, Day], None] | None = None
    of: str = ""
    over: tuple[str, ...] = ()
    open_s: float = 0

    def address(self, day: Day, path: str = "") -> str:
        """Return where a browser opens it, or another path in the same theme and language."""
        named = (path or self.path).format_map(day.names())
        place, _, tab = named.partition("#")
        query = f"{'&' if '?' in place else '?'}theme={self.theme}&lang={self.lang}"
        site = "" if place.startswith("http:") else day.venue.site
        return f"{site}{place}{query}{'#' if tab else ''}{tab}"
