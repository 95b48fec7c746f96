"""A real browser for the page tests, and a small server with a scripted feed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import LAPTOP, PHONE, PROJECTOR, chromium, watched_page
from tests.e2e.feed_server import FeedServer

# What is waited for comes at once on a machine with time to spare, and late on one without.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one module only.

    The tool keeps an event loop running in this thread for as long as it
    lives, and tests of other modules want loops of their own.
    """
    with chromium() as launched:
        yield launched


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    server = FeedServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def board_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the size of a projector, opened by a name unless the test says ``loopback``."""
    is_loopback = request.node.get_closest_marker("loopback") is not None
    with watched_page(browser, PROJECTOR, is_loopback=is_loopback) as page:
        yield page


@pytest.fixture
def laptop_page(browser: Browser) -> Iterator[Page]:
    with watched_page(browser, LAPTOP) as page:
        yield page


@pytest.fixture
def phone_page(browser: Browser) -> Iterator[Page]:
    with watched_page(browser, PHONE) as page:
        yield page
