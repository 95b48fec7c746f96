"""A workshop whose trainings are real processes with a script for a trainer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.web.workshop.workshop import Workshop, workshop_in


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    with workshop_in(tmp_path, monkeypatch) as made:
        yield made
