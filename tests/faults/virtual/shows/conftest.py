"""A league's server that a test may kill, and one real worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.siege import MortalServer
from tests.faults.virtual.workers import WorkerProcess
from tests.timing_server.web.live_server import Organiser


@pytest.fixture
def organiser(server: MortalServer) -> Iterator[Organiser]:
    made = Organiser(server.url, server.folder)
    yield made
    made.close()


@pytest.fixture
def worker(organiser: Organiser, tmp_path: Path) -> Iterator[WorkerProcess]:
    started = WorkerProcess(organiser, tmp_path, "lab-1")
    yield started
    started.close()
