"""The scene that race control chose for every board."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.service.desk import PATIENCE_S, Desk, open_desk
from timing_server.service.office import Caller
from timing_server.service.upkeep.scene import BLOB
from timing_server.service.upkeep.scene import ShownScene as subject  # noqa: N813


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


def test_boards_choose_by_themselves_at_first(desk: Desk) -> None:
    """It should leave every board its own choice until somebody makes one."""
    assert subject(desk.office, desk.store).now == "auto"


def test_a_choice_outlives_a_restart(desk: Desk) -> None:
    """It should still be shown when the server comes back."""
    made = subject(desk.office, desk.store)
    made.put(Caller("marshal"), "standings").result(PATIENCE_S)
    assert (made.now, subject(desk.office, desk.store).now) == ("standings", "standings")


def test_an_unknown_choice_is_none(desk: Desk) -> None:
    """It should not stumble over a scene that an older version knew."""
    with desk.store.transaction() as rows:
        rows.put_blob(BLOB, b"fireworks")
    assert subject(desk.office, desk.store).now == "auto"
