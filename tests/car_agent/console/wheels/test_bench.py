"""A calibration from the page: a real guard process, and a chip that is a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from car_agent.console.talk import ByHand, Calibrate, CalibrationAct, CalibrationWord
from hardware.calibration.file import DEFAULT, read_calibration
from hardware.guard.client import GuardClient
from hardware.guard.settings import GuardRequest
from tests.car_agent.console.desk import Desk
from tests.car_agent.doubles import FakeClock
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.waiting import wait_until

PRESS = "0a" * 8
OTHER = "0b" * 8
FULL_AHEAD_NS = DEFAULT.motor.pulse_ns(1.0)
NEUTRAL_NS = DEFAULT.motor.mid_ns


class Car:
    """The agent's parts over the guard; ``clock`` is the page's contact alone."""

    def __init__(self, guard: GuardClient, tree: PwmTree, path: Path) -> None:
        self.guard, self.tree, self.path = guard, tree, path
        self.desk = Desk(guard, path)
        self.subject = self.desk.bench

    def do(self, act: CalibrationAct, by_us: int = 0, press: str = PRESS) -> str | None:
        """Say one word of the page, by a tick of now."""
        tick_ns = self.desk.bench._clock_ns()
        return self.subject.do(Calibrate(press=press, tick_mono_ns=tick_ns, act=act, by_us=by_us))

    def word(self) -> CalibrationWord:
        """Return where the calibration is."""
        word = self.subject.word(PRESS)
        assert word is not None
        return word


@pytest.fixture
def tree(tmp_path: Path) -> PwmTree:
    return PwmTree(tmp_path / "pwm")


@pytest.fixture
def car(tree: PwmTree, tmp_path: Path) -> Iterator[Car]:
    guard = GuardClient(GuardRequest(car_id="red", actuators="pwm", wheels=tree.settings()))
    guard.start()
    car = Car(guard, tree, tmp_path / "calibration.json")
    yield car
    car.subject.close()
    guard.close()


def test_a_whole_calibration(car: Car) -> None:
    """It should show each step, take what is nudged, keep it whole, and end in neutral."""
    tree = car.tree
    assert car.do("begin") is None
    assert car.word().step == "steering_mid"
    wait_until(lambda: tree.steering_ns() == DEFAULT.servo.mid_ns)
    car.do("nudge", 50)
    wait_until(lambda: tree.steering_ns() == DEFAULT.servo.mid_ns + 50_000)
    car.do("confirm")
    wait_until(lambda: tree.steering_ns() == DEFAULT.servo.max_ns)
    car.do("flip")
    wait_until(lambda: tree.steering_ns() == DEFAULT.servo.min_ns)
    for _ in range(3):
        car.do("confirm")
    assert car.word().step == "throttle_forward"
    assert tree.throttle_ns() == NEUTRAL_NS
    car.do("nudge", 0)
    wait_until(lambda: tree.throttle_ns() == FULL_AHEAD_NS)
    wait_until(lambda: tree.throttle_ns() == NEUTRAL_NS)  # a second later, by itself
    car.do("confirm")
    assert not car.path.exists()
    assert car.do("confirm") is None
    assert (car.word().step, car.word().is_saved) == ("done", True)
    saved = read_calibration(car.path)
    assert (saved.servo.mid_ns, saved.servo.polarity) == (DEFAULT.servo.mid_ns + 50_000, -1)
    assert saved.motor == DEFAULT.motor
    assert car.desk.kept == [car.path]
    assert car.desk.seat.user() is None
    assert tree.throttle_ns() == NEUTRAL_NS


def test_a_called_heat_ends_it(car: Car) -> None:
    """It should stop showing at once, and let the car race by the calibration it had."""
    car.do("begin")
    for _ in range(3):
        car.do("confirm")
    car.do("nudge", 100)
    wait_until(lambda: car.tree.throttle_ns() == NEUTRAL_NS + 100_000)
    car.desk.control.is_own_heat = True
    assert car.do("confirm") == "car_race_control_drives"
    wait_until(lambda: car.tree.throttle_ns() == NEUTRAL_NS)
    assert not car.path.exists()
    car.desk.control.is_own_heat = False
    assert car.do("stay") == "car_start_anew"


def test_no_calibration_in_a_heat(car: Car) -> None:
    """It should not begin while race control drives."""
    car.desk.control.is_own_heat = True
    assert car.do("begin") == "car_race_control_drives"
    assert car.subject.word(PRESS) is None


def test_ending_it_saves_nothing(car: Car) -> None:
    """It should leave file and wheels as they were, and nobody can go on with it."""
    car.do("begin")
    car.do("nudge", 50)
    wait_until(lambda: car.tree.steering_ns() == DEFAULT.servo.mid_ns + 50_000)
    car.subject.end(PRESS)
    assert car.do("confirm") == "car_start_anew"
    assert not car.path.exists()
    assert car.do("begin", press=OTHER) is None
    wait_until(lambda: car.tree.steering_ns() == DEFAULT.servo.mid_ns)


def test_a_lost_page_ends_it(tree: PwmTree, tmp_path: Path) -> None:
    """It should end three seconds after the page's last word."""
    guard = GuardClient(GuardRequest(car_id="red", actuators="pwm", wheels=tree.settings()))
    guard.start()
    car, clock = Car(guard, tree, tmp_path / "calibration.json"), FakeClock()
    clock.now_ns = guard._clock_ns()
    car.desk = Desk(guard, car.path, clock)
    car.subject = car.desk.bench
    car.do("begin")
    clock.advance_ms(2999)
    assert car.do("stay") is None
    clock.advance_ms(3000)
    assert car.do("stay") == "car_start_anew"
    bench = car.subject._bench
    assert bench is not None
    wait_until(lambda: bench.is_over)
    guard.close()


def test_hands_off_meanwhile(car: Car) -> None:
    """It should refuse a hand and a second page while somebody calibrates."""
    car.do("begin")
    push = ByHand(press=OTHER, tick_mono_ns=car.guard._clock_ns(), steering_frac=0, throttle_frac=1)
    assert car.desk.hand.drive(push) == "car_calibrating"
    assert car.do("begin", press=OTHER) == "car_calibrating"


def test_a_guard_that_was_killed_shows_what_was_found(car: Car) -> None:
    """It should hand the next guard the calibration as it is so far."""
    car.do("begin")
    car.do("nudge", 50)
    wait_until(lambda: car.tree.steering_ns() == DEFAULT.servo.mid_ns + 50_000)
    link = car.guard._link
    assert link is not None
    assert link.process is not None
    link.process.kill()
    wait_until(lambda: car.guard._link not in {link, None})
    begun_ns = car.guard._clock_ns()
    wait_until(lambda: car.guard.status().told_mono_ns > begun_ns)
    (car.tree.chip / "pwm1" / "duty_cycle").write_text("0\n", encoding="ascii")
    car.do("back")
    wait_until(lambda: car.tree.steering_ns() == DEFAULT.servo.mid_ns + 50_000)


def test_a_file_that_cannot_be_written(car: Car) -> None:
    """It should say so, save nothing, and end in neutral by the old calibration."""
    car.path.with_name(car.path.name + ".new").mkdir()
    car.do("begin")
    for _ in range(5):
        car.do("confirm")
    assert car.do("confirm") == "car_calibration_file"
    assert not car.path.exists()
    assert car.desk.seat.user() is None
