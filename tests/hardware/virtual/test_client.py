from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import pytest

from hardware.virtual.client import VenueClient
from hardware.virtual.errors import SocketPathError
from hardware.virtual.link import (
    Drive,
    JoinActuators,
    LinkMessage,
    Reading,
    Refusal,
    Welcome,
)
from tests.hardware.virtual.venue_server import PATIENCE_S, PlayedVenue

JOIN = JoinActuators(car_id="car-1")
DRIVE = Drive(steering_frac=0, throttle_frac=0, capture_mono_ns=0, ttl_ns=0)


@pytest.fixture
def heard() -> "SimpleQueue[LinkMessage]":
    return SimpleQueue()


@pytest.fixture
def subject(tmp_path: Path, heard: "SimpleQueue[LinkMessage]") -> Iterator[VenueClient]:
    client = VenueClient(tmp_path / "v.sock", JOIN, lambda message, _: heard.put(message))
    with closing(client):
        yield client.start()


def test_it_joins_a_venue_that_comes_later(
    subject: VenueClient, heard: "SimpleQueue[LinkMessage]", tmp_path: Path
) -> None:
    """It should knock until somebody opens, then pass on what it is told."""
    assert not subject.send(DRIVE)
    with PlayedVenue(tmp_path / "v.sock") as venue:
        assert venue.accept() == JOIN
        assert subject.wait_connected(PATIENCE_S)
        venue.send(Reading(speed_mps=1.5))
        assert [heard.get(timeout=PATIENCE_S) for _ in range(2)] == [
            Welcome(),
            Reading(speed_mps=1.5),
        ]
        assert subject.send(DRIVE)
        assert venue.receive() == DRIVE


def test_it_joins_again_after_a_loss(
    subject: VenueClient, heard: "SimpleQueue[LinkMessage]", tmp_path: Path
) -> None:
    """It should come back to a venue that was killed and started again."""
    with PlayedVenue(tmp_path / "v.sock") as venue:
        venue.accept()
        heard.get(timeout=PATIENCE_S)
    with PlayedVenue(tmp_path / "v.sock") as venue:
        assert venue.accept() == JOIN
        heard.get(timeout=PATIENCE_S)
        assert subject.wait_connected(PATIENCE_S)


def test_it_asks_again_after_a_refusal(subject: VenueClient, tmp_path: Path) -> None:
    """It should not take a refusal for a welcome, and try again: venues change."""
    with PlayedVenue(tmp_path / "v.sock") as venue:
        venue.accept(welcome=Refusal(reason="not today"))
        assert not subject.is_connected
        assert venue.accept(welcome=Refusal(reason="nor now")) == JOIN
        assert subject.refusal in {"not today", "nor now"}
        assert venue.accept() == JOIN
        assert subject.wait_connected(PATIENCE_S)
        assert subject.refusal is None


def test_close_ends_a_connection_that_waits(subject: VenueClient, tmp_path: Path) -> None:
    """It should not hang in a read."""
    with PlayedVenue(tmp_path / "v.sock") as venue:
        venue.accept()
        assert subject.wait_connected(PATIENCE_S)
        subject.close()
        subject.close()
        assert not subject.is_connected
        with pytest.raises(EOFError):
            venue.receive()


def test_path_that_the_kernel_cannot_hold_is_refused(tmp_path: Path) -> None:
    """It should say how long the path is and how long it may be."""
    path = tmp_path / ("a" * 120)
    with pytest.raises(SocketPathError, match="the kernel allows 107"):
        VenueClient(path, JOIN, lambda *_: None)
