"""What can go wrong with a gate's sensors and the pins they hang on."""

from hardware.errors import HardwareError


class PinFactoryError(HardwareError, ValueError):
    """The pin factory is unknown, missing here, or stamps edges in a way that can't time a lap."""

    exit_code = 2


class PinError(HardwareError, OSError):
    """A pin can't be opened: taken, not a GPIO, or the machine has none."""


class VenueMissingError(HardwareError, ConnectionError):
    """No virtual venue answers at the socket."""
