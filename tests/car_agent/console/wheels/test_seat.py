"""One person has the wheels, in one way."""

import pytest

from car_agent.console.wheels.seat import Seat as subject  # noqa: N813 - the thing under test
from car_agent.console.wheels.seat import Use
from tests.car_agent.doubles import FakeClock

A, B = "0a" * 8, "0b" * 8
SECOND_NS = 10**9


class Room:
    """A seat, a clock, and what race control and the guard say."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.is_own_heat = self.is_e_stopped = False
        self.seat = subject(lambda: self.is_own_heat, lambda: self.is_e_stopped, self.clock)

    def take(self, use: Use, holder: str) -> str | None:
        """Take it by a tick of now, for a second."""
        return self.seat.take(use, holder, self.clock(), SECOND_NS)


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("hand", "car_another_hand"),
        ("model", "car_model_drives"),
        ("calibration", "car_calibrating"),
    ],
)
def test_others_wait(room: Room, use: Use, told: str) -> None:
    """It should say what somebody else is doing, whatever the newcomer wants."""
    assert room.take(use, A) is None
    assert room.seat.user() == use
    assert room.take("hand", B) == room.take("calibration", B) == told
    room.seat.leave(A)
    assert room.take("hand", B) is None


@pytest.mark.parametrize(
    ("use", "told"),
    [("hand", None), ("model", "car_start_anew"), ("calibration", "car_start_anew")],
)
def test_silence_empties_it(room: Room, use: Use, told: str | None) -> None:
    """It should let a hand go on after a pause, and nothing that goes on by itself."""
    room.take(use, A)
    room.clock.advance_ms(1000)
    assert room.seat.user() is None
    assert room.take(use, A) == told


def test_a_heat_and_an_emergency_stop_empty_it(room: Room) -> None:
    """It should put whoever is in it out for good."""
    room.take("model", A)
    room.is_own_heat = True
    assert room.seat.user() is None
    assert room.take("model", B) == "car_race_control_drives"
    room.is_own_heat = False
    assert room.take("model", A) == "car_start_anew"
    room.take("model", B)
    room.is_e_stopped = True
    assert room.take("model", B) == "car_emergency_stop"
    room.is_e_stopped = False
    assert not room.seat.is_taken_by(B)


def test_a_tick_of_the_future_is_of_now(room: Room) -> None:
    """It should not be taken for longer by a tick that the car never gave."""
    assert room.seat.take("model", A, room.clock() + 60 * SECOND_NS, SECOND_NS) is None
    room.clock.advance_ms(1000)
    assert room.seat.user() is None
