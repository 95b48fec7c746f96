"""What the tests of the venue's screens share: opening one, and what its console says."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.feed_server import FeedServer
from timing_server.contract.live.document import EventView

NOW_US = FeedServer.now_us


@contextmanager
def screen(page: Page, feed: FeedServer, path: str, view: EventView | None) -> Iterator[Page]:
    """Open a screen on a document; at the end its console must have held no error.

    That the server is away, as some tests want it, is no error of the page.
    """
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "net::ERR_" not in message.text:
            errors.append(message.text)

    page.on("console", note)
    feed.reads.setdefault("/venue/notice", {"going_down": None, "wifi": None})
    feed.view = view
    feed.event_id = view.event_id if view else None
    page.goto(f"{feed.url}{path}")
    yield page
    assert errors == []
