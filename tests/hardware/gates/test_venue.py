"""Pins that the virtual venue drives, from its socket to the node's edges."""

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from hardware.gates.edges import Edge
from hardware.gates.errors import PinError, VenueMissingError
from hardware.gates.pins import GatePins, SensorWiring
from hardware.gates.profiles import BEAM_BREAK
from hardware.gates.venue import VenueSource
from hardware.virtual.link import LevelChange, LevelSensed, Refusal, Welcome
from tests.hardware.virtual.venue_server import PATIENCE_S, PlayedVenue
from timing_server.contract.base import Message

WIRING = SensorWiring("finish", "beam", 17, BEAM_BREAK)


def never() -> bool:
    return False


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[PlayedVenue]:
    with PlayedVenue(tmp_path / "v.sock") as played:
        yield played


class JoiningPins(VenueSource):
    """Starts against a venue that this same thread plays."""

    def __init__(self, path: Path, venue: PlayedVenue, answer: Message) -> None:
        super().__init__(path, [WIRING], never)
        self._venue = venue
        self._answer = answer

    def start(self) -> None:
        threading.Thread(target=self._welcome, daemon=True).start()
        super().start()

    def _welcome(self) -> None:
        self._venue.accept(self._answer)


def test_edge_of_the_venue(venue: PlayedVenue, tmp_path: Path) -> None:
    """It should give the venue's instants to the nanosecond, and answer after they were taken."""
    edges: SimpleQueue[Edge] = SimpleQueue()
    source = JoiningPins(tmp_path / "v.sock", venue, Welcome(levels={"finish": 0}))
    assert source.is_waiting_for_disk
    subject = GatePins(source, [WIRING], edges.put)
    first_ns = 2**53 + 1
    venue.send(LevelChange(gate="finish", level=1, mono_ns=first_ns, change_seq=1))
    assert venue.receive() == LevelSensed(change_seq=1)
    assert edges.get_nowait() == Edge("finish", "beam", first_ns, 1)
    venue.send(LevelChange(gate="finish", level=0, mono_ns=first_ns + 7, change_seq=2))
    assert edges.get(timeout=PATIENCE_S) == Edge("finish", "beam", first_ns + 7, 0)
    subject.close()
    source.close()


def test_no_venue(tmp_path: Path) -> None:
    """It should say after a while that nobody answers, and where it looked."""
    path = tmp_path / "v.sock"
    source = VenueSource(path, [WIRING], never, patience_s=0.0)
    with pytest.raises(VenueMissingError, match=str(path)):
        GatePins(source, [WIRING], lambda _edge: None)
    source.close()


def test_venue_that_refuses(venue: PlayedVenue, tmp_path: Path) -> None:
    """It should pass the venue's reason on at once, not say that there is none."""
    source = JoiningPins(tmp_path / "v.sock", venue, Refusal(reason="no such gate"))
    with pytest.raises(PinError, match="refuses this node: no such gate"):
        GatePins(source, [WIRING], lambda _edge: None)
    source.close()


def test_end_while_waiting(tmp_path: Path) -> None:
    """It should stop waiting for the venue when the node is to end."""
    source = VenueSource(tmp_path / "v.sock", [WIRING], lambda: True)
    GatePins(source, [WIRING], lambda _edge: None).close()
    source.close()


def test_two_sensors_of_a_gate(tmp_path: Path) -> None:
    """It should refuse wiring that the venue can't stand in for."""
    backup = SensorWiring("finish", "backup", 18, BEAM_BREAK)
    with pytest.raises(PinError, match="one sensor per gate"):
        VenueSource(tmp_path / "v.sock", [WIRING, backup], never)
