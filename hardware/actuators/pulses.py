"""Steering and throttle by servo pulses, whichever chip makes them."""

from pathlib import Path
from typing import Protocol

from hardware.actuators.command import CarReading, Command
from hardware.calibration.file import (
    DEEPRACER_FILE,
    DEFAULT,
    Calibration,
    parse_calibration,
    read_calibration,
)


class PulseOutputs(Protocol):
    """Two outputs that repeat their last pulse 50 times a second until they are told another.

    ``throttle`` and ``steering`` take the pulse in ns; they raise whatever their device raises.
    """

    @property
    def description(self) -> str:
        """The device in words."""
        ...

    def throttle(self, pulse_ns: int) -> None:
        """Repeat this pulse for the throttle."""
        ...

    def steering(self, pulse_ns: int) -> None:
        """Repeat this pulse for the steering."""
        ...

    def check(self) -> None:
        """Look whether the device still is as it was set up. Raises DeviceResetError."""
        ...

    def close(self) -> None:
        """Give the device back; it goes on with its last pulses. May be called twice."""
        ...


class PulseActuators:
    """A car's wheels behind two pulse outputs and a calibration."""

    def __init__(self, outputs: PulseOutputs, calibration: Calibration) -> None:
        self._outputs = outputs
        self._calibration = calibration
        self.description = outputs.description

    def apply(self, command: Command) -> None:
        """Turn the wheels, then give throttle."""
        self._outputs.steering(self._calibration.servo.pulse_ns(command.steering_frac))
        self._outputs.throttle(self._calibration.motor.pulse_ns(command.throttle_frac))

    def neutral(self) -> None:
        """Throttle to the middle; the steering keeps its pulse."""
        self._outputs.throttle(self._calibration.motor.mid_ns)

    def calibrate(self, file: str) -> None:
        """Use this calibration from now on. Raises CalibrationError where it is none."""
        self._calibration = parse_calibration(file)

    def check(self) -> None:
        """Look whether the outputs are as they were set up."""
        self._outputs.check()

    def reading(self) -> CarReading:
        """These outputs measure nothing."""
        return CarReading()

    def close(self) -> None:
        """Neutral, then give the outputs back."""
        try:
            self.neutral()
        finally:
            self._outputs.close()


def calibration_of(path: Path | None) -> Calibration:
    """Return the calibration in ``path``; without one the DeepRacer car's own, else its defaults.

    Raises CalibrationError where a file that is there can't be used.
    """
    if path is not None:
        return read_calibration(path)
    return read_calibration(DEEPRACER_FILE) if DEEPRACER_FILE.exists() else DEFAULT
