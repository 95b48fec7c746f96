from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.timing_server.web.live_server import Organiser
from tests.timing_server.web.virtual.league import Guests, ScriptedWorker


@pytest.fixture(scope="module")
def guests(organiser: Organiser) -> Iterator[Guests]:
    with closing(Guests(organiser)) as opened:
        yield opened


@pytest.fixture(scope="module")
def worker(guests: Guests) -> ScriptedWorker:
    return guests.worker("worker-1")
