"""A real browser for the page tests, and a small server with a scripted feed."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.browsing import BROWSER_ARGUMENTS, LAPTOP, PHONE, PROJECTOR, watched_page
from tests.e2e.feed_server import FeedServer

INSTALLED = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# What is waited for comes at once on a machine with time to spare, and late on one without.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """An installed Chromium where there is one, else the test tool's own.

    For one module only: the tool keeps an event loop running in this thread for as long as it
    lives, and tests of other modules want loops of their own.
    """
    installed = next(filter(None, map(shutil.which, INSTALLED)), None)
    with sync_playwright() as tool:
        launched = tool.chromium.launch(executable_path=installed, args=list(BROWSER_ARGUMENTS))
        yield launched
        launched.close()


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
