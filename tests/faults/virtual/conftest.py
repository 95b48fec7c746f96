"""A league's server in this process, and the people of its races."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.web.live_server import Organiser, organising
from tests.timing_server.web.virtual.league import Guests


@pytest.fixture
def organiser(tmp_path: Path) -> Iterator[Organiser]:
    folder = tmp_path / "server"
    folder.mkdir()
    with organising(folder) as client:
        yield client


@pytest.fixture
def guests(organiser: Organiser) -> Iterator[Guests]:
    people = Guests(organiser)
    yield people
    people.close()
