"""What can go wrong with steering and throttle."""

from hardware.errors import HardwareError


class ActuatorError(HardwareError, OSError):
    """The device that moves the wheels can't be opened, or doesn't answer any more."""


class DeviceResetError(ActuatorError):
    """The device has lost what it was told, as by a dip of its voltage; it wants to be set up."""


class ActuatorNameError(HardwareError, ValueError):
    """The text that should name a set of actuators names none, or one that is unfit."""

    exit_code = 2


class CalibrationError(HardwareError, ValueError):
    """A calibration can't be read, saved or used."""

    exit_code = 2
