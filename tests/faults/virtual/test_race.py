"""A virtual race whose workers are killed with -9 in the middle, on a real server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.virtual.race import NO_NUMBER, SLOW, opened, race_through
from tests.timing_server.web.live_server import Organiser, serving
from tests.timing_server.web.virtual.league import Guests

pytestmark = [pytest.mark.faults, pytest.mark.timeout(7200)]

#: The whole race by 'make faults'; a small one in every run of the tests.
IS_WHOLE = "PADDOCK_FAULT_CYCLES" in os.environ
DRIVERS, GOOD, KILLS = (10, 28, 2) if IS_WHOLE else (3, 3, 1)


@pytest.fixture
def organiser(tmp_path: Path) -> Iterator[Organiser]:
    folder = tmp_path / "server"
    folder.mkdir()
    with serving(folder) as url:
        client = Organiser(url, folder)
        yield client
        client.close()


@pytest.fixture
def guests(organiser: Organiser) -> Iterator[Guests]:
    people = Guests(organiser)
    yield people
    people.close()


def test_every_valid_one_is_ranked_and_none_twice(
    organiser: Organiser, guests: Guests, tmp_path: Path
) -> None:
    """It should drive every good model once, and refuse the hostile ones with a sentence."""
    race = opened(organiser, guests, DRIVERS, laps=2)
    hostile = (NO_NUMBER, SLOW) if IS_WHOLE else (NO_NUMBER,)
    race_through(race, tmp_path, good_n=GOOD, kills=KILLS, hostile=hostile)
