"""What race control can't ask of a car now: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class CarSilentError(ServiceError, ConnectionError):
    """The car wasn't heard for a while, so that nothing can be asked of it."""

    code = "car_silent"


class CarDrivesError(ServiceError, RuntimeError):
    """The car is on the track: it isn't restarted there."""

    code = "car_drives"


class NoOneRestartsError(ServiceError, RuntimeError):
    """Nobody would start the car's agent again if it ended."""

    code = "car_not_restartable"
