"""A virtual race whose workers are killed with -9 in the middle, on a real server."""

import os
from pathlib import Path

import pytest

from tests.faults.virtual.race import NO_NUMBER, SLOW, opened, race_through
from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests

pytestmark = [pytest.mark.faults, pytest.mark.timeout(7200)]

#: The whole race by 'make faults'; a small one in every run of the tests.
IS_WHOLE = "PADDOCK_FAULT_CYCLES" in os.environ
DRIVERS, GOOD, KILLS = (10, 28, 2) if IS_WHOLE else (3, 3, 1)


def test_every_valid_one_is_ranked_and_none_twice(
    organiser: Organiser, guests: Guests, tmp_path: Path
) -> None:
    """It should drive every good model once, and refuse the hostile ones with a sentence."""
    race = opened(organiser, guests, DRIVERS, laps=2)
    hostile = (NO_NUMBER, SLOW) if IS_WHOLE else (NO_NUMBER,)
    race_through(race, tmp_path, good_n=GOOD, kills=KILLS, hostile=hostile)
