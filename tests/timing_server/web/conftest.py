from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.web.live_server import Organiser, serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def organiser(folder: Path) -> Iterator[Organiser]:
    """One server for a module's tests; each test plans an event of its own."""
    with serving(folder) as url:
        client = Organiser(url, folder)
        yield client
        client.close()
