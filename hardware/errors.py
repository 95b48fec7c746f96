"""The root of what can go wrong with hardware."""

from timing_server.contract.errors import PaddockError


class HardwareError(PaddockError):
    """Root of the errors of gates, nodes, cameras, actuators and the virtual venue."""


class TokenFileError(HardwareError, ValueError):
    """Where a device's token should be, there is none."""

    exit_code = 2
