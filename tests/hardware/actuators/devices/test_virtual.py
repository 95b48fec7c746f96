from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hardware.actuators.command import CarReading, Command
from hardware.actuators.devices.virtual import VirtualActuators
from hardware.actuators.errors import ActuatorError
from hardware.actuators.registry import ActuatorRequest, open_actuators
from hardware.virtual.link import Drive, JoinActuators, Reading
from tests.hardware.virtual.venue_server import PATIENCE_S, PlayedVenue

COMMAND = Command(0.5, 0.25, capture_mono_ns=100, issued_mono_ns=120, ttl_ns=300)


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[PlayedVenue]:
    with PlayedVenue(tmp_path / "v.sock") as played:
        yield played


@pytest.fixture
def subject(venue: PlayedVenue, tmp_path: Path) -> Iterator[VirtualActuators]:
    with closing(VirtualActuators(ActuatorRequest("car-1", tmp_path / "v.sock"))) as actuators:
        assert venue.accept() == JoinActuators(car_id="car-1")
        assert actuators.wait_connected(PATIENCE_S)
        yield actuators


def test_command_is_sent_with_its_time_to_live(
    subject: VirtualActuators, venue: PlayedVenue
) -> None:
    """It should carry the picture's instant, so that the venue too can tell an old command."""
    subject.apply(COMMAND)
    assert venue.receive() == Drive(
        steering_frac=0.5, throttle_frac=0.25, capture_mono_ns=100, ttl_ns=300
    )


def test_neutral_keeps_the_wheels(subject: VirtualActuators, venue: PlayedVenue) -> None:
    """It should take the throttle away and leave the steering."""
    subject.apply(COMMAND)
    subject.neutral()
    venue.receive()
    neutral = venue.receive()
    assert isinstance(neutral, Drive)
    assert (neutral.steering_frac, neutral.throttle_frac) == (0.5, 0.0)


def test_close_leaves_the_car_in_neutral(subject: VirtualActuators, venue: PlayedVenue) -> None:
    """It should not leave a car driving."""
    subject.apply(COMMAND)
    subject.close()
    subject.close()
    venue.receive()
    last = venue.receive()
    assert isinstance(last, Drive)
    assert last.throttle_frac == 0.0


def test_speed_is_read_back(subject: VirtualActuators, venue: PlayedVenue) -> None:
    """It should know what the venue told last, and nothing before and after."""
    assert subject.reading() == CarReading()
    venue.send(Reading(speed_mps=1.25))
    subject.apply(COMMAND)
    venue.receive()
    while subject.reading().speed_mps is None:
        venue.send(Reading(speed_mps=1.25))
    assert subject.reading().speed_mps == 1.25
    venue.hang_up()
    while subject.reading() != CarReading():
        subject.apply(COMMAND)


def test_without_a_venue_there_is_nothing_to_move(tmp_path: Path) -> None:
    """It should take commands quietly while the venue is away, and want a socket named."""
    with closing(open_actuators("virtual", ActuatorRequest("car-1", tmp_path / "v.sock"))) as idle:
        idle.apply(COMMAND)
        idle.neutral()
    with pytest.raises(ActuatorError, match="--venue"):
        VirtualActuators(ActuatorRequest("car-1"))
