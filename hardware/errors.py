"""The root of what can go wrong with hardware."""

from timing_server.contract.errors import PaddockError


class HardwareError(PaddockError):
    """Root of the errors of gates, nodes, cameras, actuators and the virtual venue."""
