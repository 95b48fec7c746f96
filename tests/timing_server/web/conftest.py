from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.web.live_server import Organiser, organising


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def organiser(folder: Path) -> Iterator[Organiser]:
    """One server for a module's tests; each test plans an event of its own."""
    with organising(folder) as client:
        yield client
