"""What can go wrong between a car and its guard."""

from hardware.actuators.errors import ActuatorError
from hardware.errors import HardwareError


class GuardTalkError(HardwareError, ValueError):
    """A packet between agent and guard is no message of this release."""


class GuardRefusedError(ActuatorError):
    """The guard can't serve: its device, its settings or another agent stand against it."""

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class StopButtonError(HardwareError, OSError):
    """The emergency stop on the car can't be read: without it the guard doesn't begin."""
