"""Backups of a virtual race: many runs make few."""

import time
from collections.abc import Sequence
from pathlib import Path

from tests.timing_server.service.desk import PATIENCE_S, Desk
from tests.timing_server.service.virtual.test_work import planned
from timing_server.service.backups import VIRTUAL_PAUSE_NS, Backups, SnapshotFile


class Noted:
    """Notes what was to be taken."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def take(self, name: str) -> None:
        """Take one."""
        self.names.append(name)

    def all(self) -> Sequence[SnapshotFile]:
        """Return what is there."""
        return []

    def drop(self, name: str) -> None:
        """Delete one."""

    def path_of(self, name: str) -> Path | None:
        """Return where one lies."""
        return None


def test_a_backup_is_due_now_and_then(desk: Desk) -> None:
    """It should take one after the first of many runs, and again a while later."""
    league = planned(desk)
    noted = Noted()
    backups = Backups(noted, desk.system.wall_utc)
    backups.start()
    for _ in range(3):
        league.submit()
        league.record(league.claimed())
    desk.system.advance(VIRTUAL_PAUSE_NS / 1e9 + 1)
    league.submit(entry=2)
    league.record(league.claimed())
    for group in desk.committed:
        backups.note(group.steps)
    backups.stop()
    deadline_s = time.monotonic() + PATIENCE_S
    while len(noted.names) < 2 and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert len(noted.names) == 2
