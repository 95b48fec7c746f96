"""Why a command is refused: a stable code with parameters, and a sentence for logs."""

from dataclasses import dataclass, field


class RulesError(Exception):
    """Root of the errors of the rules."""


class UnknownFactError(RulesError, ValueError):
    """Stored bytes name a fact, or a version of one, that this release does not know."""


class MalformedFactError(RulesError, ValueError):
    """Stored bytes, or a fact that should be stored, don't have the shape that the fact has."""


class BrokenChainError(RulesError, ValueError):
    """A stored fact does not follow from the one before it: bytes were changed or are missing.

    ``seq`` is the number, in its stream, of the fact that isn't as it was written.
    """

    def __init__(self, seq: int, message: str) -> None:
        super().__init__(message)
        self.seq = seq


@dataclass(frozen=True, slots=True)
class RuleViolation:
    """A refusal, returned by ``decide`` and never raised by it.

    ``code`` is stable (screens word it in their language); ``params`` fill that wording;
    ``sentence`` is the English wording for logs and for clients without a catalogue.
    """

    code: str
    sentence: str
    params: dict[str, str | int] = field(default_factory=dict)
