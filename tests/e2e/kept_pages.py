"""Pages that tests use one after the other: what a browser keeps of a site spares half of a load.

A new context reads, checks and compiles a hundred modules anew, in a process of its own. A kept
page comes to the next test empty and signed out, with nothing stored, but with the files in its
cache.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Frame, Page

from tests.e2e.browsing import new_context, watch

_BLANK: Final = "about:blank"
#: A page doesn't get slower with its age, but a browser never gives back all the memory.
_LOADS_AT_MOST: Final = 150
_STORES: Final = "local_storage,indexeddb,cache_storage,service_workers,file_systems"

#: What a test asks of a page beyond its own end. Such a page is closed after the test.
_LASTING: Final = {
    "page": (
        *("add_init_script", "emulate_media", "expose_binding", "expose_function", "on", "once"),
        *("route", "set_default_timeout", "set_extra_http_headers"),
    ),
    "context": (
        *("add_init_script", "expose_binding", "expose_function", "grant_permissions", "on"),
        *("new_cdp_session", "once", "route", "set_extra_http_headers", "set_geolocation"),
        *("set_offline",),
    ),
    "clock": ("install", "pause_at", "set_fixed_time", "set_system_time"),
    "mouse": ("down",),
    "keyboard": ("down",),
}


@dataclass(eq=False)
class _Kept:
    """A page in a context of its own, what it did that it may not, and where it has been."""

    context: BrowserContext
    page: Page
    faults: list[str]
    is_lasting: bool = False
    sites: set[str] = field(default_factory=set)
    loads: int = 0

    def note(self, frame: Frame) -> None:
        """Note where the page is now; browsers keep what is stored by scheme, host and port."""
        if frame.parent_frame is None and frame.url != _BLANK:
            asked = urlsplit(frame.url)
            self.sites.add(f"{asked.scheme}://{asked.netloc}")
            self.loads += 1

    def watch_for_lasting(self) -> None:
        """From here on, note whatever a test asks of the page that would outlast the test."""
        parts: dict[str, Any] = {"page": self.page, "context": self.context}
        parts |= {name: getattr(self.page, name) for name in ("clock", "mouse", "keyboard")}
        for part, names in _LASTING.items():
            for name in names:
                setattr(parts[part], name, self._noting(getattr(parts[part], name)))

    def _noting(self, asked: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*arguments: Any, **named: Any) -> Any:
            self.is_lasting = True
            return asked(*arguments, **named)

        return noting

    def is_cleaned(self) -> bool:
        """Leave nothing of a test behind; say whether another may have the page."""
        if self.is_lasting or self.loads > _LOADS_AT_MOST or len(self.sites) > 1:
            return False
        if self.page.is_closed():
            return False
        try:
            for other in self.context.pages:
                if other != self.page:
                    other.close()
            for site in self.sites:
                self._leave(site)
        except Error:
            return False
        self.sites.clear()
        self.faults.clear()
        return True

    def _leave(self, site: str) -> None:
        # What a tab keeps for itself can be taken from it only while it is there.
        self.page.evaluate("sessionStorage.clear()")
        self.page.goto(_BLANK)
        self.page.mouse.move(0, 0)
        self.context.clear_cookies()
        tool = BrowserContext.new_cdp_session(self.context, self.page)
        tool.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": _STORES})
        tool.detach()


class KeptPages:
    """The pages of one browser that nobody uses at the moment, by their settings."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[_Kept]] = {}

    @contextmanager
    def page(
        self, size: tuple[int, int], *, is_loopback: bool = False, **options: Any
    ) -> Iterator[Page]:
        """Yield a page as ``watched_page`` does, one that was used before where there is one."""
        free = self._free.setdefault(repr((is_loopback, sorted(options.items()))), [])
        kept = free.pop() if free else self._opened(options, is_loopback=is_loopback)
        kept.page.set_viewport_size({"width": size[0], "height": size[1]})
        yield kept.page
        # An answer from the browser comes after whatever its pages told before.
        kept.context.cookies()
        # Leaving cuts off what a page was still loading: no fault of the page's.
        found = tuple(kept.faults)
        if not found and kept.is_cleaned():
            free.append(kept)
        else:
            kept.context.close()
        assert not found, "\n".join(found)

    def close(self) -> None:
        """Close what is kept."""
        for kept in chain.from_iterable(self._free.values()):
            kept.context.close()
        self._free.clear()

    def _opened(self, options: dict[str, Any], *, is_loopback: bool) -> _Kept:
        context = new_context(self._browser, **options)
        faults = watch(context, is_loopback=is_loopback)
        kept = _Kept(context, context.new_page(), faults)
        kept.page.on("framenavigated", kept.note)
        kept.watch_for_lasting()
        return kept
