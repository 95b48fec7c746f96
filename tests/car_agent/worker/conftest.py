"""A real server with a virtual league, shared by the tests of one module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.web.live_server import Organiser, organising
from tests.timing_server.web.virtual.league import Guests, LeagueDriver


@pytest.fixture(scope="module")
def organiser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organiser]:
    folder: Path = tmp_path_factory.mktemp("server")
    with organising(folder) as client:
        yield client


@pytest.fixture(scope="module")
def guests(organiser: Organiser) -> Iterator[Guests]:
    opened = Guests(organiser)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def driver(guests: Guests) -> LeagueDriver:
    return guests.driver("Apex Otter")
