"""A hand on the wheels: a person's commands end by themselves, and race control comes first."""

import threading
from dataclasses import dataclass, field

import pytest

from car_agent.console.talk import ByHand
from car_agent.console.wheels.hand import TTL_NS
from car_agent.console.wheels.hand import HandOnWheels as subject  # noqa: N813 - the thing under test
from car_agent.console.wheels.seat import Seat
from hardware.actuators.command import Command
from hardware.guard.lease import DriveLease
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators
from tests.waiting import PATIENCE_S

PRESS = "0a" * 8
OTHER = "0b" * 8


@dataclass
class Car:
    """A hand over the guard's own code, and a heat that the test starts."""

    clock: FakeClock = field(default_factory=FakeClock)
    wheels: RecordingActuators = field(default_factory=RecordingActuators)
    is_own_heat: bool = False

    def __post_init__(self) -> None:
        self.guard = GuardInPlace(lambda: self.wheels, self.clock)
        self.seat = Seat(
            lambda: self.is_own_heat, lambda: self.guard.status().e_stop is not None, self.clock
        )
        self.hand = subject(self.guard, self.seat, 0.5, self.clock)

    def pushed(self, press: str = PRESS, age_ms: float = 0) -> str | None:
        """Push forward by a tick of that age; return why that was refused."""
        tick_ns = self.clock() - int(age_ms * 1e6)
        return self.hand.drive(
            ByHand(press=press, tick_mono_ns=tick_ns, steering_frac=0.5, throttle_frac=0.4)
        )


@pytest.fixture
def car() -> Car:
    return Car()


def test_drives_within_the_operators_limit(car: Car) -> None:
    """It should move the wheels by what a person wants, times the operator's limit."""
    assert car.pushed() is None
    assert car.wheels.throttle_frac() == pytest.approx(0.2)
    assert car.hand.is_by_hand


def test_silence_is_neutral(car: Car) -> None:
    """It should be neutral by the guard 200 ms after the tick, with nothing more said."""
    car.pushed(age_ms=50)
    car.clock.advance_ms(149)
    car.guard.check()
    assert car.wheels.throttle_frac() > 0
    car.clock.advance_ms(1)
    car.guard.check()
    assert car.wheels.throttle_frac() == 0
    assert not car.hand.is_by_hand


def test_what_lay_in_the_network_is_too_old(car: Car) -> None:
    """It should not move the car by a command whose tick was long ago."""
    assert car.pushed(age_ms=TTL_NS / 1e6) == "car_link_too_slow"
    assert car.wheels.throttle_frac() == 0


def test_a_tick_of_the_future_is_of_now(car: Car) -> None:
    """It should not live longer for a tick that the car never gave."""
    assert car.pushed(age_ms=-60_000) is None
    car.clock.advance_ms(200)
    car.guard.check()
    assert car.wheels.throttle_frac() == 0


def test_letting_go_is_neutral_at_once(car: Car) -> None:
    """It should be neutral at once, and ignore what of that press comes later."""
    car.pushed()
    car.hand.let_go(PRESS)
    assert car.wheels.throttle_frac() == 0
    assert car.pushed() == "car_let_go"
    assert car.pushed(OTHER) is None


def test_one_hand_at_a_time(car: Car) -> None:
    """It should refuse a second person until the first one let go or went silent."""
    car.pushed()
    assert car.pushed(OTHER) == "car_another_hand"
    car.clock.advance_ms(201)
    assert car.pushed(OTHER) is None


def test_race_control_comes_first(car: Car) -> None:
    """It should refuse a hand while a heat of the car is under way, and not disturb that."""
    car.pushed()
    car.is_own_heat = True
    assert car.pushed() == "car_race_control_drives"
    car.guard.grant(DriveLease("heat", car.clock() + 10**9))
    now_ns = car.clock()
    assert car.hand.submit(Command(0.0, 0.9, now_ns, now_ns, 10**9))
    car.hand.let_go(PRESS)
    assert car.wheels.throttle_frac() == 0.9


def test_stop_holds_the_drive_loop_too(car: Car) -> None:
    """It should stop a car in its heat, and keep its model from driving until 'go on'."""
    car.is_own_heat = True
    car.guard.grant(DriveLease("heat", car.clock() + 10**9))
    now_ns = car.clock()
    command = Command(0.0, 0.9, now_ns, now_ns, 10**9)
    car.hand.submit(command)
    car.hand.hold()
    assert car.wheels.throttle_frac() == 0
    assert not car.hand.submit(command)
    car.is_own_heat = False
    assert car.pushed() == "car_held"
    car.hand.go_on()
    assert car.hand.submit(command)
    assert car.wheels.throttle_frac() == 0.9


def test_emergency_stop(car: Car) -> None:
    """It should latch, refuse hands, and want the button held anew after its release."""
    car.pushed()
    car.hand.e_stop("a test")
    assert car.wheels.throttle_frac() == 0
    assert car.pushed() == "car_emergency_stop"
    assert car.hand.release_here("a test") is None
    assert car.pushed() == "car_let_go"
    assert car.pushed(OTHER) is None


def test_race_controls_stop_is_race_controls_to_release() -> None:
    """It should keep a stop that isn't the car's own."""
    clock = FakeClock()
    guard = GuardInPlace(RecordingActuators, clock)
    seat = Seat(lambda: False, lambda: guard.status().e_stop is not None, clock)
    hand = subject(guard, seat, 1.0, clock, release_own=lambda _now_ns: False)
    hand.e_stop("race control")
    assert hand.release_here("a test") == "car_race_control_stopped"
    assert guard.status().e_stop == "race control"


def test_no_command_slips_behind_a_stop(car: Car, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should end in neutral where the drive loop submits in the moment of the press."""
    car.guard.grant(DriveLease("heat", car.clock() + 10**9))
    stop = threading.Thread(target=car.hand.hold)
    submit = car.guard.submit

    def submit_late(command: Command) -> bool:
        stop.start()
        stop.join(0.1)
        return submit(command)

    monkeypatch.setattr(car.guard, "submit", submit_late)
    now_ns = car.clock()
    car.hand.submit(Command(0.0, 0.9, now_ns, now_ns, 10**9))
    stop.join(PATIENCE_S)
    assert car.wheels.throttle_frac() == 0
