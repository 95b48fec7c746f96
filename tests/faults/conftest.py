"""A server that a test may kill, in a process of its own, and its organiser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.siege import MortalServer
from tests.network.loopback import free_port
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MortalServer]:
    folder = tmp_path / "server"
    folder.mkdir()
    made = MortalServer(folder, free_port())
    wait_until(made.is_answering, "the server")
    yield made
    made.close()


@pytest.fixture
def organiser(server: MortalServer) -> Iterator[Organiser]:
    made = Organiser(server.url, server.folder)
    yield made
    made.close()
