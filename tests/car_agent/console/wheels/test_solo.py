"""The model let off at the console: by a page that is heard, and never against race control."""

from pathlib import Path

import pytest

from car_agent.console.talk import ByHand, DriveAlone
from car_agent.console.wheels.solo import CONTACT_NS
from hardware.actuators.command import Command
from hardware.guard.lease import DriveLease
from tests.car_agent.console.desk import Desk
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators

PRESS = "0a" * 8
OTHER = "0b" * 8


class Car:
    """The agent's parts over the guard's own code; ``drives`` is one round of the drive loop."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.wheels = RecordingActuators()
        self.guard = GuardInPlace(lambda: self.wheels, self.clock)
        self.desk = Desk(self.guard, Path("none"), self.clock)
        self.subject = self.desk.solo

    def let_off(self, press: str = PRESS, speed_percent: int = 40, age_ms: float = 0) -> str | None:
        """Say one word of the page."""
        tick_ns = self.clock() - int(age_ms * 1e6)
        return self.subject.drive(
            DriveAlone(press=press, tick_mono_ns=tick_ns, speed_percent=speed_percent)
        )

    def drives(self) -> bool:
        """Do as the drive loop does; say whether the wheels turn."""
        permission, now_ns = self.subject.permission(self.clock()), self.clock()
        if permission.is_allowed:
            command = Command(0.0, 0.5 * permission.throttle_scale, now_ns, now_ns, 10**9)
            self.desk.hand.submit(command)
        else:
            self.desk.hand.halt()
        return self.wheels.throttle_frac() > 0


@pytest.fixture
def car() -> Car:
    return Car()


def test_lets_the_model_drive_at_its_speed(car: Car) -> None:
    """It should let the model drive, by a part of its throttle."""
    assert not car.drives()
    assert car.let_off(speed_percent=40) is None
    assert car.drives()
    assert car.wheels.throttle_frac() == pytest.approx(0.2)
    assert car.let_off(speed_percent=80) is None
    assert car.drives()
    assert car.wheels.throttle_frac() == pytest.approx(0.4)


def test_a_lost_page_is_neutral_by_the_guard(car: Car) -> None:
    """It should stand a second after the tick that was answered last, and stay so."""
    car.let_off(age_ms=400)
    now_ns = car.clock()
    car.desk.hand.submit(Command(0.0, 0.5, now_ns, now_ns, 2 * 10**9))  # a loop that hangs
    car.clock.advance_ms(599)
    car.guard.check()
    assert car.wheels.throttle_frac() > 0
    car.clock.advance_ms(1)
    car.guard.check()
    assert car.wheels.throttle_frac() == 0
    assert not car.drives()
    assert car.let_off() == "car_start_anew"
    assert not car.drives()
    assert car.let_off(OTHER) is None


@pytest.mark.parametrize("age_ms", [CONTACT_NS / 1e6, 60_000.0])
def test_a_word_that_lay_in_the_network_starts_nothing(car: Car, age_ms: float) -> None:
    """It should not start a car by a tap of long ago."""
    car.clock.advance_ms(100_000)
    assert car.let_off(age_ms=age_ms) == "car_link_too_slow"
    assert not car.drives()


def test_stopping_ends_the_lease(car: Car) -> None:
    """It should be neutral at once, also for a command that comes late, and need a new press."""
    car.let_off()
    assert car.drives()
    car.subject.stop(PRESS)
    assert car.wheels.throttle_frac() == 0
    now_ns = car.clock()
    assert not car.desk.hand.submit(Command(0.0, 0.5, now_ns, now_ns, 10**9))
    assert car.let_off() == "car_start_anew"


def test_a_called_heat_takes_over(car: Car) -> None:
    """It should be refused from the call to the end, and leave race control's lease alone."""
    car.let_off()
    assert car.drives()
    car.desk.control.is_own_heat = True
    assert not car.drives()
    car.guard.grant(DriveLease("heat", car.clock() + 10**9))
    now_ns = car.clock()
    car.desk.hand.submit(Command(0.0, 0.9, now_ns, now_ns, 10**9))
    assert car.let_off() == "car_race_control_drives"
    car.subject.stop(PRESS)
    assert car.wheels.throttle_frac() == 0.9
    car.desk.control.is_own_heat = False
    assert car.let_off() == "car_start_anew"
    assert not car.drives()


def test_one_way_at_a_time(car: Car) -> None:
    """It should refuse hands while the model drives, and a second page."""
    car.let_off()
    assert car.let_off(OTHER) == "car_model_drives"
    push = ByHand(press=OTHER, tick_mono_ns=car.clock(), steering_frac=0, throttle_frac=1)
    assert car.desk.hand.drive(push) == "car_model_drives"


def test_stop_and_emergency_stop(car: Car) -> None:
    """It should stand by either, and not go on by itself afterwards."""
    car.let_off()
    car.desk.hand.hold()
    assert not car.drives()
    assert car.let_off(OTHER) == "car_held"
    car.desk.hand.go_on()
    assert not car.drives()
    car.let_off("0c" * 8)
    assert car.drives()
    car.desk.hand.e_stop("a test")
    assert not car.drives()
    assert car.let_off("0d" * 8) == "car_emergency_stop"
    car.desk.hand.release_here("a test")
    assert not car.drives()


def test_without_a_model(car: Car) -> None:
    """It should say what is missing, and let somebody start once it is there."""
    car.desk.why_not = "car_no_model"
    assert car.let_off() == "car_no_model"
    assert not car.drives()
    car.desk.why_not = None
    assert car.let_off(OTHER) is None
