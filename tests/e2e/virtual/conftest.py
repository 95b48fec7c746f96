"""Drivers of a virtual race at a real server."""

from collections.abc import Iterator

import pytest

from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, LeagueDriver


@pytest.fixture
def guests(organiser: Organiser) -> Iterator[Guests]:
    opened = Guests(organiser)
    yield opened
    opened.close()


@pytest.fixture
def driver(guests: Guests) -> LeagueDriver:
    return guests.driver("Apex Otter")
