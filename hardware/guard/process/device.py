"""The device behind the guard: one that fails is closed, opened again, and set to neutral.

It is looked at ten times a second, since one that was reset takes every command and does nothing.
"""

from collections.abc import Callable

import structlog

from hardware.actuators.command import Actuators, CarReading, Command
from hardware.actuators.errors import DeviceResetError
from hardware.errors import HardwareError

_log = structlog.get_logger()

#: How long to wait before a device that failed is tried again.
RETRY_NS = 200_000_000
#: How often a device that is there is looked at.
CHECK_EVERY_NS = 100_000_000


class GuardedDevice:
    """Steering and throttle that may fail. Whatever a driver raises, it is not trusted any more."""

    def __init__(
        self, open_actuators: Callable[[], Actuators], clock_ns: Callable[[], int]
    ) -> None:
        """Open the device and set it to neutral. Raises what opening raises."""
        self._open = open_actuators
        self._clock_ns = clock_ns
        self._device: Actuators | None = open_actuators()
        self.description = self._device.description
        self.fault: str | None = None
        #: How often it had lost what it was told since the guard began.
        self.resets = 0
        #: When to ``check`` next.
        self.due_ns = clock_ns() + CHECK_EVERY_NS
        self._calibration: str | None = None
        self._device.neutral()

    def apply(self, command: Command) -> bool:
        """Carry a command out; False where the device failed or is away."""
        return self._do(lambda device: device.apply(command))

    def neutral(self) -> bool:
        """Set neutral; False where the device failed or is away: it is set once it is back."""
        return self._do(lambda device: device.neutral())

    def calibrate(self, file: str) -> bool:
        """Take a calibration; False where it is none, or the device is away or can't have one.

        A device that is away takes it once it is back.
        """
        self._calibration = file
        if self._device is None:
            return False
        try:
            self._device.calibrate(file)
        except HardwareError as error:
            _log.error("calibration_refused", device=self.description, reason=str(error))
            return False
        return True

    def reading(self) -> CarReading:
        """Return its newest measurements, or nothing while it is away."""
        return CarReading() if self._device is None else self._device.reading()

    def check(self) -> bool:
        """Look at the device, or try to reach one that is away, where that is due.

        True once one that was away is in neutral.
        """
        if self._clock_ns() < self.due_ns:
            return False
        self.due_ns = self._clock_ns() + CHECK_EVERY_NS
        if self._device is not None:
            self._do(lambda device: device.check())
            return False
        try:
            self._device = self._open()
        except Exception as error:  # noqa: BLE001 - a driver's surprise must not end the guard
            self._give_up(error)
            return False
        self.fault = None
        if self._calibration is not None:
            self.calibrate(self._calibration)
        if not self.neutral():
            return False
        _log.info("actuators_back", device=self.description)
        return True

    def close(self) -> None:
        """Neutral, then give the device back."""
        self.neutral()
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _do(self, act: Callable[[Actuators], None]) -> bool:
        if self._device is None:
            return False
        try:
            act(self._device)
        except Exception as error:  # noqa: BLE001 - likewise
            self._give_up(error)
            return False
        return True

    def _give_up(self, error: Exception) -> None:
        device, self._device = self._device, None
        if isinstance(error, DeviceResetError):
            self.resets += 1
        if self.fault is None:
            _log.error("actuators_failed", device=self.description, reason=str(error))
        self.fault = f"the actuators {self.description} failed: {error}"
        self.due_ns = self._clock_ns() + RETRY_NS
        if device is None:
            return
        try:
            device.close()
        except Exception as failure:  # noqa: BLE001 - likewise; it is about to be opened anew
            _log.debug("close_failed", device=self.description, reason=str(failure))
