"""Actuators that move nothing: the commands go to the log, to test camera and model on a bench."""

import structlog

from hardware.actuators.command import CarReading, Command
from hardware.actuators.errors import ActuatorError
from hardware.actuators.registry import ActuatorRequest

_log = structlog.get_logger()

#: A person reads along; a line for each of fifteen commands a second would be too quick for that.
LOG_EVERY_NS = 500_000_000


class BenchTestActuators:
    """Writes down what the wheels would do, at most twice a second."""

    description = "none"

    def __init__(self) -> None:
        self._logged_mono_ns: int | None = None

    def apply(self, command: Command) -> None:
        """Log the command, unless one was logged just before."""
        last_ns = self._logged_mono_ns
        if last_ns is None or command.issued_mono_ns - last_ns >= LOG_EVERY_NS:
            self._logged_mono_ns = command.issued_mono_ns
            _log.info(
                "command",
                steering_frac=round(command.steering_frac, 3),
                throttle_frac=round(command.throttle_frac, 3),
                age_ms=round((command.issued_mono_ns - command.capture_mono_ns) / 1e6, 1),
            )

    def neutral(self) -> None:
        """Log that the throttle would go to neutral."""
        self._logged_mono_ns = None
        _log.info("neutral")

    def calibrate(self, _file: str) -> None:
        """Raise ActuatorError: there are no pulses."""
        raise ActuatorError("Nothing moves on a bench, so that nothing can be calibrated.")

    def check(self) -> None:
        """Nothing can be lost on a bench."""

    def reading(self) -> CarReading:
        """Nothing is measured on a bench."""
        return CarReading()

    def close(self) -> None:
        """Nothing is held open."""


def open_actuators(_request: ActuatorRequest) -> BenchTestActuators:
    """Return actuators that only log."""
    return BenchTestActuators()
