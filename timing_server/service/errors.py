"""What can go wrong in the service: one sentence each, with a stable code for screens."""

from timing_server.contract.errors import PaddockError
from timing_server.rules.errors import RuleViolation

Params = dict[str, str | int]


class ServiceError(PaddockError):
    """Root of the service's errors. ``code`` is stable, ``params`` fill a screen's own wording."""

    code = "service_error"

    def __init__(self, sentence: str, **params: str | int) -> None:
        super().__init__(sentence)
        self.params: Params = params


class RefusedError(ServiceError, ValueError):
    """The rules refuse a command; code and parameters are the violation's own."""

    def __init__(self, violation: RuleViolation) -> None:
        super().__init__(violation.sentence, **violation.params)
        self.code = violation.code


class UnknownIdError(ServiceError, LookupError):
    """Something is addressed that this server doesn't have."""

    def __init__(self, kind: str, wanted: str) -> None:
        super().__init__(f"There is no {kind} '{wanted}' here.", id=wanted)
        self.code = f"unknown_{kind}"


class TakenError(ServiceError, ValueError):
    """Something is to be made whose id is already in use."""

    def __init__(self, kind: str, wanted: str) -> None:
        super().__init__(f"There is a {kind} '{wanted}' already.", id=wanted)
        self.code = f"{kind}_exists"


class RetryKeyReusedError(ServiceError, ValueError):
    """An idempotency key came back with another request than the first time."""

    code = "idempotency_key_reused"


class JournalConflictError(ServiceError, ValueError):
    """A node sent other content under a key that is already stored (decision 7)."""

    code = "journal_conflict"


class ImportedEventError(ServiceError, PermissionError):
    """Something is to be added to an event that was raced elsewhere and read in here."""

    code = "event_imported"


class NotADemoError(ServiceError, ValueError):
    """Something is asked for that only a demo event may do."""

    code = "not_a_demo"


class MarksNotPrintableError(ServiceError, LookupError):
    """This machine lacks what draws marks."""

    code = "marks_not_printable"


class CodeRefusedError(ServiceError, PermissionError):
    """A one-time code is wrong, used or too old."""

    code = "code_refused"


class TooManyTriesError(ServiceError, PermissionError):
    """Somebody guesses codes."""

    code = "too_many_tries"


class StorageFailedError(ServiceError, OSError):
    """The database could not take or give something; nothing of the request was kept."""

    code = "storage_failed"


class LogDamagedError(ServiceError, ValueError):
    """The stored log doesn't follow from itself: its bytes were changed from outside."""

    code = "log_damaged"


class TooManyFollowedError(ServiceError, RuntimeError):
    """More events are looked at in the same moment than the server shows live."""

    code = "too_many_followed"


class StoppingError(ServiceError, RuntimeError):
    """The server is ending and takes nothing more."""

    code = "stopping"
