"""A guided calibration, step by step: pure, for the terminal and for a page alike.

Each step shows one pulse (``shown``) under the calibration as it is so far; the person moves it
(``nudged``), turns the direction round (``flipped``), goes on (``confirmed``) or ``back``.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from hardware.calibration.file import LEAST_NS, MOST_NS, Calibration, Pulses

Step = Literal[
    "wheels_up",
    "steering_mid",
    "steering_left",
    "steering_right",
    "throttle_neutral",
    "throttle_forward",
    "throttle_backward",
    "done",
]
STEPS: tuple[Step, ...] = get_args(Step)

#: Steering and throttle fractions that a step shows; those that are left out show nothing.
_SHOWN: dict[Step, tuple[float, float]] = {
    "steering_mid": (0.0, 0.0),
    "steering_left": (1.0, 0.0),
    "steering_right": (-1.0, 0.0),
    "throttle_neutral": (0.0, 0.0),
    "throttle_forward": (0.0, 1.0),
    "throttle_backward": (0.0, -1.0),
}

#: How far apart min, mid and max stay at least.
GAP_NS = 10_000


@dataclass(frozen=True, slots=True)
class CalibrationSession:
    """Where a calibration is: what was found so far, and the step under way."""

    calibration: Calibration
    step: Step = "wheels_up"

    @property
    def is_done(self) -> bool:
        """Whether every step was confirmed, so that it can be saved."""
        return self.step == "done"

    @property
    def spins_wheels(self) -> bool:
        """Whether the step drives the wheels: it is shown for a moment only."""
        return self.step in {"throttle_forward", "throttle_backward"}

    def shown(self) -> tuple[float, float] | None:
        """Return the steering and throttle fractions to show; None where nothing may move."""
        return _SHOWN.get(self.step)

    def pulse_ns(self) -> int | None:
        """Return the pulse that the step is about; None where it is about none."""
        shown = self.shown()
        if shown is None:
            return None
        steering_frac, throttle_frac = shown
        if self._is_steering:
            return self.calibration.servo.pulse_ns(steering_frac)
        return self.calibration.motor.pulse_ns(throttle_frac)

    def nudged(self, by_ns: int) -> "CalibrationSession":
        """Move the step's pulse; it stops where min, mid and max would meet."""
        shown = self.shown()
        if shown is None:
            return self
        frac = shown[0] if self._is_steering else shown[1]
        return self._with(_moved(self._pulses, frac, by_ns))

    def flipped(self) -> "CalibrationSession":
        """Turn the direction of the step's output round: it went the wrong way."""
        if self.shown() is None:
            return self
        pulses = self._pulses
        return self._with(replace(pulses, polarity=1 if pulses.polarity == -1 else -1))

    def confirmed(self) -> "CalibrationSession":
        """Go on to the next step; after the last one it stays done."""
        place = min(STEPS.index(self.step) + 1, len(STEPS) - 1)
        return replace(self, step=STEPS[place])

    def back(self) -> "CalibrationSession":
        """Return to the step before; the first one stays."""
        return replace(self, step=STEPS[max(0, STEPS.index(self.step) - 1)])

    @property
    def _is_steering(self) -> bool:
        return self.step.startswith("steering")

    @property
    def _pulses(self) -> Pulses:
        return self.calibration.servo if self._is_steering else self.calibration.motor

    def _with(self, pulses: Pulses) -> "CalibrationSession":
        name = "servo" if self._is_steering else "motor"
        return replace(self, calibration=replace(self.calibration, **{name: pulses}))


def _moved(pulses: Pulses, frac: float, by_ns: int) -> Pulses:
    """Move the pulse that a fraction of −1, 0 or 1 means."""
    turned = frac * pulses.polarity
    if turned > 0:
        max_ns = max(pulses.mid_ns + GAP_NS, min(MOST_NS, pulses.max_ns + by_ns))
        return replace(pulses, max_ns=max_ns)
    if turned < 0:
        min_ns = min(pulses.mid_ns - GAP_NS, max(LEAST_NS, pulses.min_ns + by_ns))
        return replace(pulses, min_ns=min_ns)
    mid_ns = max(pulses.min_ns + GAP_NS, min(pulses.max_ns - GAP_NS, pulses.mid_ns + by_ns))
    return replace(pulses, mid_ns=mid_ns)
