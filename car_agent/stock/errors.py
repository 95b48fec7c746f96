"""What can go wrong between the bridge and a stock car's console, each in one sentence."""

from car_agent.errors import CarError


class ConsoleError(CarError, OSError):
    """The car's console didn't do what it was asked: away, slow, or it said no."""


class ConsoleRefusedError(ConsoleError):
    """The console answered that it can't; its reason is in the sentence."""


class ConsolePasswordError(ConsoleError, PermissionError):
    """The console doesn't accept the password."""


class CertificateChangedError(ConsoleError):
    """What answers has another certificate than the car had when it was first met."""


class PasswordMissingError(CarError, ValueError):
    """The console's password was given neither in a file nor in the environment."""

    exit_code = 2
