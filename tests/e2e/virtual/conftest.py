"""Drivers of a virtual race at a real server, a worker of its own, and a hall with a board."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.browsing import page_url, watched_page
from tests.faults.virtual.workers import WorkerProcess
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, LeagueDriver

HALL = (1920, 1080)


@pytest.fixture
def guests(organiser: Organiser) -> Iterator[Guests]:
    opened = Guests(organiser)
    yield opened
    opened.close()


@pytest.fixture
def driver(guests: Guests) -> LeagueDriver:
    return guests.driver("Apex Otter")


@pytest.fixture
def rivals(guests: Guests) -> list[LeagueDriver]:
    return [guests.driver(name) for name in ("Apex Otter", "Volt Vixen")]


@pytest.fixture
def worker(organiser: Organiser, tmp_path: Path) -> Iterator[WorkerProcess]:
    started = WorkerProcess(organiser, tmp_path, "lab-1")
    yield started
    started.close()


@pytest.fixture
def hall(browser: Browser, organiser: Organiser) -> Iterator[Page]:
    """A board as it hangs in a hall."""
    with watched_page(browser, HALL) as page:
        page.goto(page_url(organiser.url))
        yield page
