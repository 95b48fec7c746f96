"""The guided calibration, without a terminal and without a car."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.calibration.file import DEFAULT, LEAST_NS, MOST_NS
from hardware.calibration.session import GAP_NS, STEPS, CalibrationSession, Step


def at(step: Step) -> CalibrationSession:
    return CalibrationSession(DEFAULT, step)


def test_goes_through_every_step_and_back() -> None:
    """It should begin with the wheels in the air, and end done."""
    subject = CalibrationSession(DEFAULT)
    assert subject.shown() is None
    for step in STEPS[1:]:
        subject = subject.confirmed()
        assert subject.step == step
    assert subject.is_done
    assert subject.confirmed() == subject
    assert subject.back().step == "throttle_backward"
    assert CalibrationSession(DEFAULT).back().step == "wheels_up"


@pytest.mark.parametrize(
    ("step", "shown", "pulse_ns"),
    [
        ("steering_mid", (0.0, 0.0), 1_450_000),
        ("steering_left", (1.0, 0.0), 1_700_000),
        ("steering_right", (-1.0, 0.0), 1_200_000),
        ("throttle_neutral", (0.0, 0.0), 1_446_000),
        ("throttle_forward", (0.0, 1.0), 1_311_000),
        ("throttle_backward", (0.0, -1.0), 1_603_500),
    ],
)
def test_each_step_moves_its_own_pulse(
    step: Step, shown: tuple[float, float], pulse_ns: int
) -> None:
    """It should show the pulse, move it as asked, and leave the other five alone."""
    subject = at(step)
    assert (subject.shown(), subject.pulse_ns()) == (shown, pulse_ns)
    moved = subject.nudged(20_000)
    assert moved.pulse_ns() == pulse_ns + 20_000
    for other in STEPS[1:-1]:
        same = CalibrationSession(moved.calibration, other).pulse_ns() == at(other).pulse_ns()
        assert same == (other != step)


def test_a_direction_is_turned_round() -> None:
    """It should swap what left and right mean, and leave the motor alone."""
    subject = at("steering_left").flipped()
    assert subject.pulse_ns() == 1_200_000
    assert subject.calibration.servo.polarity == -1
    assert subject.calibration.motor == DEFAULT.motor
    assert at("throttle_forward").flipped().calibration.motor.polarity == 1


@pytest.mark.parametrize("step", ["wheels_up", "done"])
def test_nothing_moves_before_and_after(step: Step) -> None:
    """It should change nothing where nothing is shown."""
    assert at(step).nudged(50_000) == at(step).flipped() == at(step)
    assert at(step).pulse_ns() is None


_ACTS: list[Callable[[CalibrationSession], CalibrationSession]] = [
    CalibrationSession.confirmed,
    CalibrationSession.back,
    CalibrationSession.flipped,
]


@given(st.lists(st.one_of(st.sampled_from(_ACTS), st.integers(-(10**9), 10**9))))
def test_whatever_is_typed_is_a_calibration(acts: list[object]) -> None:
    """It should never come to pulses that can't be: they stop before they meet."""
    subject = CalibrationSession(DEFAULT)
    for act in acts:
        subject = subject.nudged(act) if isinstance(act, int) else act(subject)  # type: ignore[operator]
        for pulses in (subject.calibration.servo, subject.calibration.motor):
            assert LEAST_NS <= pulses.min_ns <= pulses.mid_ns - GAP_NS
            assert pulses.mid_ns + GAP_NS <= pulses.max_ns <= MOST_NS
