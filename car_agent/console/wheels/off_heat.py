"""The guard as the console's model and calibration may use it: not while a heat is under way."""

from collections.abc import Callable

from hardware.actuators.command import Command
from hardware.guard.handle import DriveGuard
from hardware.guard.lease import DriveLease


class OffHeatGuard:
    """Passes on what is no business of race control's, and drops what would disturb its lease."""

    def __init__(self, guard: DriveGuard, is_own_heat: Callable[[], bool]) -> None:
        self._guard = guard
        self._is_own_heat = is_own_heat

    def submit(self, command: Command) -> bool:
        """Hand a command over. Raises ActuatorError as ``DriveGuard`` does."""
        return not self._is_own_heat() and self._guard.submit(command)

    def halt(self) -> None:
        """Throttle to neutral now."""
        if not self._is_own_heat():
            self._guard.halt()

    def grant(self, lease: DriveLease) -> None:
        """Give or renew leave to drive."""
        if not self._is_own_heat():
            self._guard.grant(lease)

    def revoke(self, reason: str) -> None:
        """Take leave to drive away."""
        if not self._is_own_heat():
            self._guard.revoke(reason)

    def calibrate(self, file: str) -> None:
        """Let the wheels use this calibration: also in a heat, which drives by the car's own."""
        self._guard.calibrate(file)
