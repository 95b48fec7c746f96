"""A real browser for the page tests, and what it opens: a scripted feed, or a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import LAPTOP, PATIENCE_MS, PHONE, PROJECTOR, chromium
from tests.e2e.feed_server import FeedServer
from tests.e2e.kept_pages import KeptPages
from tests.e2e.stack import Stack
from tests.network.loopback import site_port
from tests.timing_server.web.live_server import Organiser, serving

# What is waited for comes at once on a machine with time to spare, and late on one without.
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser for the tests of this folder and of those in it; each has a context of its own.

    It ends before tests of other folders begin, since the tool keeps an event loop running in this
    thread for as long as it lives, and they want loops of their own.
    """
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="package")
def kept_pages(browser: Browser) -> Iterator[KeptPages]:
    made = KeptPages(browser)
    yield made
    made.close()


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    server = FeedServer(site_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def board_page(kept_pages: KeptPages, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the size of a projector, opened by a name unless the test says ``loopback``."""
    is_loopback = request.node.get_closest_marker("loopback") is not None
    with kept_pages.page(PROJECTOR, is_loopback=is_loopback) as page:
        yield page


@pytest.fixture
def page(board_page: Page, feed: FeedServer) -> Page:
    """A page of the server that runs no script of its own, so that modules can be imported."""
    board_page.goto(f"{feed.url}/static/icon.svg")
    return board_page


@pytest.fixture
def laptop_page(kept_pages: KeptPages) -> Iterator[Page]:
    with kept_pages.page(LAPTOP) as page:
        yield page


@pytest.fixture
def phone_page(kept_pages: KeptPages) -> Iterator[Page]:
    with kept_pages.page(PHONE) as page:
        yield page


@pytest.fixture
def unserved_stack(tmp_path: Path) -> Iterator[Stack]:
    """The folders and the port of a race, for a test that starts the processes that it wants."""
    made = Stack(tmp_path)
    yield made
    made.close()


@pytest.fixture
def stack(unserved_stack: Stack) -> Stack:
    """A real server in this process, to which nothing happens."""
    unserved_stack.serve_here()
    return unserved_stack


@pytest.fixture
def track_stack(unserved_stack: Stack) -> Stack:
    """A server, a virtual venue and a timing node, each in a process of its own."""
    unserved_stack.start_server()
    unserved_stack.start_track()
    return unserved_stack


@pytest.fixture
def organiser_page(laptop_page: Page, stack: Stack) -> Page:
    """Race control on a laptop, signed in."""
    stack.log_in(laptop_page)
    return laptop_page


@pytest.fixture
def organiser(tmp_path: Path) -> Iterator[Organiser]:
    """An organiser of a real server, by its interface."""
    folder = tmp_path / "server"
    with serving(folder, site_port()) as url:
        made = Organiser(url, folder)
        yield made
        made.close()
