"""What can go wrong with a camera gate."""

from hardware.errors import HardwareError


class CameraGateError(HardwareError, RuntimeError):
    """The camera gate can't work as it is set up; the sentence says what to do."""


class LineError(HardwareError, ValueError):
    """The two points that should be the line's ends are none."""

    exit_code = 2
