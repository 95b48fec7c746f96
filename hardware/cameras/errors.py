"""What can go wrong with a camera."""

from hardware.errors import HardwareError


class CameraError(HardwareError, OSError):
    """The camera can't be opened, or it stopped giving pictures."""


class CameraNameError(HardwareError, ValueError):
    """The text that should name a camera names none."""

    exit_code = 2
