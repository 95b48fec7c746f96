"""What can go wrong with measuring cars: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class MatchClosedError(ServiceError, RuntimeError):
    """This server lacks what cameras are matched with."""

    code = "match_closed"


class MatchBusyError(ServiceError, RuntimeError):
    """A heat is on, or others are being measured."""

    code = "match_busy"


class MatchRefusedError(ServiceError, ValueError):
    """Nothing can be measured from the record; the sentence says why."""

    code = "match_refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, reason=sentence)
