"""A steering and throttle command, and what carries it out."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Command:
    """What the wheels should do, and until when that may be believed.

    ``steering_frac``: −1..1 of the car's full lock, positive is left (as in DeepRacer).
    ``throttle_frac``: −1..1 of the car's full throttle, 0 is neutral.
    ``capture_mono_ns``: when the picture was taken that this command answers.
    ``issued_mono_ns``: when the command was decided.
    ``ttl_ns``: time to live, counted from the capture: what the command knows about the track is
    as old as its picture, however fast the computer was afterwards.
    """

    steering_frac: float
    throttle_frac: float
    capture_mono_ns: int
    issued_mono_ns: int
    ttl_ns: int

    @property
    def expires_mono_ns(self) -> int:
        """The instant from which on the command means neutral throttle."""
        return self.capture_mono_ns + self.ttl_ns


@dataclass(frozen=True, slots=True)
class CarReading:
    """What the car knows of itself; None where it has no sensor for it.

    ``speed_mps``: measured speed, never negative. ``battery_frac``: 0 empty, 1 full.
    """

    speed_mps: float | None = None
    battery_frac: float | None = None


class Actuators(Protocol):
    """Steering and throttle of one car.

    Only the guard (``hardware.guard``) calls them, from one thread at a time.
    """

    @property
    def description(self) -> str:
        """The device in words, for logs: ``virtual``, ``none``."""
        ...

    def apply(self, command: Command) -> None:
        """Carry the command out at once. Raises ActuatorError where the device is gone."""
        ...

    def neutral(self) -> None:
        """Throttle to neutral at once; steering stays. Raises ActuatorError likewise."""
        ...

    def calibrate(self, file: str) -> None:
        """Use this calibration, a file in DeepRacer's format, from the next command on.

        Raises CalibrationError where it is none, ActuatorError where nothing can be calibrated.
        """
        ...

    def check(self) -> None:
        """Look whether the device still is as it was set up; comes some times a second.

        Raises DeviceResetError where it isn't, ActuatorError where it is gone.
        """
        ...

    def reading(self) -> CarReading:
        """Return the newest measurements; never waits."""
        ...

    def close(self) -> None:
        """Neutral, then give the device back. May be called twice."""
        ...
