"""What the tests of the venue's screens share: opening one on a document."""

from playwright.sync_api import Page

from tests.e2e.feed_server import FeedServer
from timing_server.contract.live.document import EventView

NOW_US = FeedServer.now_us


def open_screen(page: Page, feed: FeedServer, path: str, view: EventView | None) -> None:
    """Open a screen; ``view`` None is a venue without an event."""
    feed.reads.setdefault("/venue/notice", {"going_down": None, "wifi": None})
    feed.view = view
    feed.event_id = view.event_id if view else None
    page.goto(f"{feed.url}{path}")
