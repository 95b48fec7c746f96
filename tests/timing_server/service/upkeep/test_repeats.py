"""Commands whose answer was lost and that come again: what they must not do a second time."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.service.desk import PATIENCE_S, Desk, FakeClock, open_desk
from timing_server.adapters.folder.snapshots import SnapshotFolder
from timing_server.rules.units import BootId
from timing_server.service.backups import Backups
from timing_server.service.live.hub import Hub
from timing_server.service.office import Caller
from timing_server.service.upkeep.machine import Keeper
from timing_server.service.upkeep.wifi import PublicWifi, Wifi

CALLER = Caller("organiser", "key-1", "a" * 64)


class FakeMachine:
    """Notes what it is told to do."""

    is_kept = True

    def __init__(self) -> None:
        self.verbs: list[str] = []

    def set_calendar(self, now_utc: str) -> None:
        """Keep its own calendar."""

    def go_down(self, verb: str) -> None:
        """Stay up."""
        self.verbs.append(verb)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


def send_down(desk: Desk, machine: FakeMachine, folder: Path) -> None:
    keeper = Keeper(desk.office, machine, desk.system, desk.store)
    snapshots = SnapshotFolder(folder / "paddock.sqlite3", folder / "backups")
    backups = Backups(snapshots, desk.system.wall_utc)
    hub = Hub(desk.clock.now_ns, "boot-1")
    asyncio.run(keeper.send_down(CALLER, "reboot", backups, hub, is_heat_given_up=False))


def test_a_machine_that_was_restarted_stays_up(tmp_path: Path) -> None:
    """It should not restart the machine again for a repeat that comes after the restart."""
    machine = FakeMachine()
    with open_desk(tmp_path) as desk:
        send_down(desk, machine, tmp_path)
        send_down(desk, machine, tmp_path)
    assert machine.verbs == ["reboot", "reboot"]
    with open_desk(tmp_path, FakeClock(BootId("boot-2"))) as desk:
        send_down(desk, machine, tmp_path)
    assert machine.verbs == ["reboot", "reboot"]


def test_an_older_wifi_stays_forgotten(desk: Desk) -> None:
    """It should show the newest network after a repeat of the command that named an older one."""
    subject = PublicWifi(desk.office, desk.store, Wifi())
    older, newer = Wifi("older", "", is_shown=True), Wifi("newer", "", is_shown=True)
    for wifi, key in ((older, "key-1"), (newer, "key-2"), (older, "key-1")):
        subject.put(Caller("organiser", key, key), wifi).result(PATIENCE_S)
    desk.wake()
    assert subject.now == newer
