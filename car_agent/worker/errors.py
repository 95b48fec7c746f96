"""What can go wrong with a worker, each in one sentence."""

from car_agent.errors import CarError, ModelError


class WorkerRefusedError(CarError, PermissionError):
    """The server doesn't accept this worker's token, or has no queue."""


class ServerAwayError(CarError, ConnectionError):
    """The server doesn't answer now; it is asked again."""


class LeaseGoneError(CarError, PermissionError):
    """The run isn't this worker's any more: it was given to another, or taken back."""


class RunLostError(CarError, ConnectionError):
    """A run is lost with the machine that drove it; another may drive it."""


class SlowModelError(ModelError):
    """A model takes more processor time than a car has."""


class WorkerUnfitError(CarError, RuntimeError):
    """This worker can't drive what the server asks for: another release would."""
