"""The calibration at a terminal: typed answers, a real guard process, a chip that is a folder."""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardware.actuators.command import Command
from hardware.actuators.errors import ActuatorNameError
from hardware.calibration.bench import LEASE_NS, SPIN_NS, CalibrationBench
from hardware.calibration.file import DEFAULT, Calibration, read_calibration
from hardware.calibration.guide import guide_calibration
from hardware.calibration.session import CalibrationSession
from hardware.guard.client import GuardClient
from hardware.guard.settings import GuardRequest
from tests.car_agent.doubles import FakeClock, GuardInPlace, RecordingActuators
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.waiting import PATIENCE_S

NEUTRAL_NS = DEFAULT.motor.mid_ns


@dataclass
class Person:
    """Types what is on the list, and keeps what was said and asked."""

    answers: list[str]
    heard: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Hear."""
        self.heard.append(text)

    def ask(self, question: str) -> str:
        """Answer."""
        self.heard.append(question)
        return self.answers.pop(0)


@pytest.fixture
def tree(tmp_path: Path) -> PwmTree:
    return PwmTree(tmp_path / "pwm")


@pytest.fixture
def request_(tree: PwmTree) -> GuardRequest:
    return GuardRequest(car_id="red", actuators="pwm", wheels=tree.settings())


def test_a_whole_calibration(request_: GuardRequest, tree: PwmTree, tmp_path: Path) -> None:
    """It should ask for the wheels first, move what is typed, save it, and end in neutral."""
    person = Person(["up", "+", "++", "", "f", "-35", "", "", "wat", "--", "", "", ""])
    path = tmp_path / "calibration.json"
    assert guide_calibration(request_, path, person.say, person.ask)
    saved = read_calibration(path)
    assert saved.servo.mid_ns == DEFAULT.servo.mid_ns + 60_000
    # Turned round, the left is the short pulse.
    assert saved.servo.polarity == -1
    assert saved.servo.min_ns == DEFAULT.servo.min_ns - 35_000
    assert saved.servo.max_ns == DEFAULT.servo.max_ns
    assert saved.motor == DEFAULT.with_motor(mid_ns=NEUTRAL_NS - 50_000).motor
    assert tree.throttle_ns() == NEUTRAL_NS - 50_000
    assert "wheels off the ground" in person.heard[0]
    assert json.loads(path.read_text())["Calibration"]["version"] == 1
    assert person.answers == []


def test_nothing_moves_before_the_wheels_are_up(
    request_: GuardRequest, tree: PwmTree, tmp_path: Path
) -> None:
    """It should not even start a guard."""
    person = Person(["yes"])
    assert not guide_calibration(request_, tmp_path / "c.json", person.say, person.ask)
    assert tree.value(0, "enable") == 0


def test_ending_early_saves_nothing(request_: GuardRequest, tmp_path: Path) -> None:
    """It should leave the file as it was."""
    person = Person(["up", "++", "q"])
    path = tmp_path / "c.json"
    assert not guide_calibration(request_, path, person.say, person.ask)
    assert not path.exists()


def test_what_has_no_pulses_is_refused(tmp_path: Path) -> None:
    """It should say which actuators have some."""
    request = GuardRequest(car_id="red", actuators="none")
    person = Person([])
    with pytest.raises(ActuatorNameError, match="--actuators pwm, pca9685 or gpiozero"):
        guide_calibration(request, tmp_path / "c.json", person.say, person.ask)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def wheels() -> RecordingActuators:
    return RecordingActuators()


@pytest.fixture
def bench(wheels: RecordingActuators, clock: FakeClock) -> CalibrationBench:
    return CalibrationBench(GuardInPlace(lambda: wheels, clock), DEFAULT, clock)


def test_wheels_spin_for_a_moment_and_only_when_asked(
    bench: CalibrationBench, wheels: RecordingActuators, clock: FakeClock
) -> None:
    """It should not spin on arriving at the step, spin after a key, and stop by itself."""
    for _ in range(5):
        bench.change(lambda session: session.confirmed())
    assert bench.session.step == "throttle_forward"
    bench.show()
    assert wheels.throttle_frac() == 0.0
    bench.change(lambda session: session.nudged(10_000))
    assert wheels.throttle_frac() == 1.0
    clock.now_ns += SPIN_NS - 1
    bench.show()
    assert wheels.throttle_frac() == 1.0
    clock.now_ns += 1
    bench.show()
    bench.change(lambda session: session.confirmed())
    assert wheels.throttle_frac() == 0.0


def test_a_step_that_was_left_is_not_shown_again(
    wheels: RecordingActuators, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should be neutral where the person goes on while the thread shows a spinning wheel."""
    guard = GuardInPlace(lambda: wheels, clock)
    bench = CalibrationBench(guard, DEFAULT, clock)
    for _ in range(5):
        bench.change(lambda session: session.confirmed())
    bench.change(lambda session: session.nudged(10_000))
    go_on = threading.Thread(target=bench.change, args=[lambda session: session.confirmed()])
    submit = guard.submit

    def submit_late(command: Command) -> bool:
        go_on.start()
        go_on.join(0.1)
        return submit(command)

    monkeypatch.setattr(guard, "submit", submit_late)
    bench.show()
    go_on.join(PATIENCE_S)
    assert bench.session.step == "throttle_backward"
    assert wheels.throttle_frac() == 0.0


def test_a_bench_that_dies_leaves_neutral(wheels: RecordingActuators, clock: FakeClock) -> None:
    """It should hand out commands that end by themselves."""
    guard = GuardInPlace(lambda: wheels, clock)
    bench = CalibrationBench(guard, DEFAULT, clock)
    for _ in range(5):
        bench.change(lambda session: session.confirmed())
    bench.change(lambda session: session.flipped())
    assert wheels.throttle_frac() == 1.0
    clock.now_ns += LEASE_NS
    guard.check()
    assert wheels.throttle_frac() == 0.0


def test_a_given_up_calibration_is_put_back(tree: PwmTree, request_: GuardRequest) -> None:
    """It should go on with the pulses from before in the car that runs."""
    guard = GuardClient(request_)
    guard.start()
    try:
        bench = CalibrationBench(guard, DEFAULT)
        bench.start()
        bench.change(lambda _session: _at_neutral(DEFAULT.with_motor(mid_ns=1_500_000)))
        bench.close(is_kept=False)
    finally:
        guard.close()
    assert tree.throttle_ns() == NEUTRAL_NS


def _at_neutral(calibration: Calibration) -> CalibrationSession:
    return CalibrationSession(calibration, "throttle_neutral")
