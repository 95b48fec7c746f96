"""Which pulse means which steering and throttle, in the file format of the DeepRacer car.

The car keeps it in ``/opt/aws/deepracer/calibration.json``: for ``Servo`` (steering) and ``Motor``
(throttle) the pulses ``min``, ``mid`` and ``max`` in nanoseconds and a ``polarity`` of 1 or -1,
below ``Calibration``, beside a ``version``. A fraction of ±1, times the polarity, is a straight
line from ``mid`` to ``max`` where it is positive and to ``min`` where it is negative. Facts from
the car's own servo_pkg (github.com/aws-deepracer/aws-deepracer-servo-pkg).
"""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from hardware.actuators.errors import CalibrationError

#: Pulses come 50 times a second.
PERIOD_NS = 20_000_000

#: What no servo or motor controller means anything beyond.
LEAST_NS = 500_000
MOST_NS = 2_500_000

FILE_VERSION = 1
_HEADER, _SERVO, _MOTOR, _VERSION = "Calibration", "Servo", "Motor", "version"

#: Where the DeepRacer car itself keeps its calibration.
DEEPRACER_FILE = Path("/opt/aws/deepracer/calibration.json")

Polarity = Literal[-1, 1]


@dataclass(frozen=True, slots=True)
class Pulses:
    """One output's pulses in ns, ``min_ns`` < ``mid_ns`` < ``max_ns``.

    Raises CalibrationError where they aren't in that order, or are no servo's.
    """

    min_ns: int
    mid_ns: int
    max_ns: int
    polarity: Polarity = 1

    def __post_init__(self) -> None:
        if not LEAST_NS <= self.min_ns < self.mid_ns < self.max_ns <= MOST_NS:
            raise CalibrationError(
                f"Pulses of {self.min_ns}, {self.mid_ns} and {self.max_ns} ns can't be min, mid "
                f"and max: they must rise, from {LEAST_NS} to {MOST_NS} ns at most."
            )
        if self.polarity not in {-1, 1}:
            raise CalibrationError(f"A polarity is 1 or -1, not {self.polarity}.")

    def pulse_ns(self, frac: float) -> int:
        """Return the pulse of a fraction −1..1; what lies beyond is cut off."""
        turned = max(-1.0, min(1.0, frac)) * self.polarity
        span_ns = self.max_ns - self.mid_ns if turned > 0 else self.mid_ns - self.min_ns
        return self.mid_ns + round(turned * span_ns)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A car's pulses: ``servo`` steers (+1 is left), ``motor`` drives (+1 is forward)."""

    servo: Pulses
    motor: Pulses

    def to_json(self) -> str:
        """Return the file's text, as the car itself would read it."""
        content = {
            _HEADER: {
                _MOTOR: _to_table(self.motor),
                _SERVO: _to_table(self.servo),
                _VERSION: FILE_VERSION,
            }
        }
        return json.dumps(content, indent=3) + "\n"

    def with_servo(self, **changes: Any) -> "Calibration":
        """Return it with another steering."""
        return replace(self, servo=replace(self.servo, **changes))

    def with_motor(self, **changes: Any) -> "Calibration":
        """Return it with another throttle."""
        return replace(self, motor=replace(self.motor, **changes))


#: What a DeepRacer car has until somebody calibrates it.
DEFAULT = Calibration(
    servo=Pulses(1_200_000, 1_450_000, 1_700_000, 1),
    motor=Pulses(1_311_000, 1_446_000, 1_603_500, -1),
)


def parse_calibration(text: str) -> Calibration:
    """Read a file's text. Raises CalibrationError with one sentence."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise CalibrationError(f"A calibration is JSON, but {error}.") from error
    tables = content.get(_HEADER) if isinstance(content, dict) else None
    if not isinstance(tables, dict):
        raise CalibrationError(f"A calibration has a table '{_HEADER}', and this has none.")
    return Calibration(_from_table(tables, _SERVO), _from_table(tables, _MOTOR))


def read_calibration(path: Path) -> Calibration:
    """Read a file. Raises CalibrationError with one sentence."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CalibrationError(
            f"The calibration {path} can't be read: {reason}. 'paddock car calibrate' makes one."
        ) from error
    try:
        return parse_calibration(text)
    except CalibrationError as error:
        raise CalibrationError(f"{path}: {error}") from error


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Write a file that is whole at any moment, also when power fails. Raises CalibrationError."""
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(calibration.to_json())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise CalibrationError(
            f"The calibration can't be saved to {path}: {error.strerror}."
        ) from error


def _to_table(pulses: Pulses) -> dict[str, int]:
    return {
        "max": pulses.max_ns,
        "mid": pulses.mid_ns,
        "min": pulses.min_ns,
        "polarity": pulses.polarity,
    }


def _from_table(tables: dict[str, Any], name: str) -> Pulses:
    table = tables.get(name)
    if not isinstance(table, dict):
        raise CalibrationError(f"A calibration has a table '{name}', and this has none.")
    found = []
    for key in ("min", "mid", "max", "polarity"):
        value = table.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise CalibrationError(f"{name}: '{key}' is a whole number, not {value!r}.")
        found.append(value)
    least_ns, mid_ns, most_ns, polarity = found
    if polarity not in {-1, 1}:
        raise CalibrationError(f"{name}: 'polarity' is 1 or -1, not {polarity}.")
    try:
        return Pulses(least_ns, mid_ns, most_ns, 1 if polarity == 1 else -1)
    except CalibrationError as error:
        raise CalibrationError(f"{name}: {error}") from error
