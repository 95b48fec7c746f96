from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from hardware.virtual.link import JoinGates, LevelChange, LevelSensed, Welcome
from hardware.virtual.pins import VenuePins
from tests.hardware.virtual.venue_server import PATIENCE_S, PlayedVenue


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[PlayedVenue]:
    with PlayedVenue(tmp_path / "v.sock") as played:
        yield played


class Listener:
    """What a node does with a pin; gpiozero holds its method weakly, so that it must be kept."""

    def __init__(self, subject: VenuePins, gate: str) -> None:
        self.changes: SimpleQueue[tuple[int, int]] = SimpleQueue()
        subject.pin(gate).when_changed = self.take

    def take(self, ticks: int, state: int) -> None:
        self.changes.put((ticks, state))


def broken(level: int, mono_ns: int, change_seq: int = 1) -> LevelChange:
    return LevelChange(
        gate="finish", level=1 if level else 0, mono_ns=mono_ns, change_seq=change_seq
    )


@pytest.mark.parametrize(("is_active_low", "states"), [(False, [1, 0]), (True, [0, 1])])
def test_edge_carries_the_venues_instant(
    venue: PlayedVenue, tmp_path: Path, is_active_low: bool, states: list[int]
) -> None:
    """It should call when_changed with the very nanosecond, electrically as the sensor is wired."""
    pins = {"finish": 17}
    with VenuePins(tmp_path / "v.sock", pins, is_active_low=is_active_low) as subject:
        listener = Listener(subject, "finish")
        assert venue.accept(Welcome(levels={"finish": 0})) == JoinGates(gates=("finish",))
        first_ns = 2**60 + 1
        venue.send(broken(1, first_ns))
        venue.send(broken(0, first_ns + 150_000_001, 2))
        found = [listener.changes.get(timeout=PATIENCE_S) for _ in range(2)]
        assert found == [(first_ns, states[0]), (first_ns + 150_000_001, states[1])]


def test_change_is_answered_once_it_was_handled(venue: PlayedVenue, tmp_path: Path) -> None:
    """It should tell the venue after when_changed returned, so that both count alike."""
    with VenuePins(tmp_path / "v.sock", {"finish": 17}) as subject:
        listener = Listener(subject, "finish")
        venue.accept()
        venue.send(broken(1, 5, change_seq=9))
        assert venue.receive() == LevelSensed(change_seq=9)
        assert listener.changes.get_nowait() == (5, 1)


def test_level_found_on_joining_makes_no_edge(venue: PlayedVenue, tmp_path: Path) -> None:
    """It should not invent a crossing where a beam was broken before anyone looked."""
    with VenuePins(tmp_path / "v.sock", {"finish": 17}) as subject:
        listener = Listener(subject, "finish")
        venue.accept(Welcome(levels={"finish": 1}))
        assert subject.wait_connected(PATIENCE_S)
        assert subject.pin("finish").state == 1
        assert listener.changes.empty()
        venue.send(broken(0, 77))
        assert listener.changes.get(timeout=PATIENCE_S) == (77, 0)


def test_pull_does_not_move_a_line_that_a_sensor_holds(venue: PlayedVenue, tmp_path: Path) -> None:
    """It should keep the beam's level when a device chooses its pull resistor."""
    with VenuePins(tmp_path / "v.sock", {"finish": 17}) as subject:
        venue.accept(Welcome(levels={"finish": 1}))
        assert subject.wait_connected(PATIENCE_S)
        subject.pin("finish").pull = "down"
        assert subject.pin("finish").state == 1


def test_pin_is_at_rest_before_the_venue_comes(tmp_path: Path) -> None:
    """It should read a whole beam, whichever way the sensor is wired."""
    for is_active_low in (False, True):
        subject = VenuePins(tmp_path / "v.sock", {"finish": 17}, is_active_low=is_active_low)
        assert subject.pin("finish").state == is_active_low
