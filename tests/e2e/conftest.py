"""A real browser for the page tests, and a small server with a scripted feed."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.feed_server import FeedServer

INSTALLED = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

#: No sandbox, since tests may run as root in a container; the rest keeps the browser from
#: talking to anybody but the test's own server.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

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
        launched = tool.chromium.launch(executable_path=installed, args=BROWSER_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    server = FeedServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def board_page(browser: Browser) -> Iterator[Page]:
    """A page at the size of a projector; a script error or a blocked resource fails the test."""
    yield from _watched_page(browser, 1280, 720)


@pytest.fixture
def phone_page(browser: Browser) -> Iterator[Page]:
    yield from _watched_page(browser, 390, 844)


def _watched_page(browser: Browser, width_px: int, height_px: int) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width_px, "height": height_px}, locale="en-GB", reduced_motion="reduce"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            errors.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    context.close()
    assert errors == []
