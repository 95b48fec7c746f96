"""What can go wrong in the car, each in one sentence that says what to do."""

from timing_server.contract.errors import PaddockError


class CarError(PaddockError):
    """Root of the car agent's errors."""


class ModelError(CarError, ValueError):
    """A model file can't drive: missing, not a model, or of a shape that the car doesn't know."""


class ModelFileError(ModelError, OSError):
    """A model file can't be read."""


class ModelCacheError(CarError, OSError):
    """A model that race control sent can't be kept."""


class FetchBrokenError(CarError, ConnectionError):
    """A model isn't whole yet: what came is kept, and the rest is asked for again."""


class FetchRefusedError(CarError, ValueError):
    """The server doesn't give a model, or something else than it."""


class PolicyError(CarError, ArithmeticError):
    """A model's answer is not a number, so no command follows from it."""


class PolicyChoiceError(CarError, ValueError):
    """The settings ask for a choice that the model's kind of answer doesn't allow."""

    exit_code = 2


class TokenError(CarError, PermissionError):
    """The server doesn't accept this car's token."""


class CarSetupError(CarError, ValueError):
    """The car's settings don't fit together."""

    exit_code = 2


class LogFileError(CarError, OSError):
    """A log was asked for in a place where no file can be written."""

    exit_code = 2


class RecordTroubleError(CarError, OSError):
    """What is driven can't be recorded; driving goes on."""
