"""What can go wrong with virtual races outside the rules: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class LeaseLostError(ServiceError, PermissionError):
    """A worker speaks of a run that isn't its own any more: it was silent for too long."""

    code = "lease_lost"


class OtherRunError(ServiceError, ValueError):
    """A worker sends a run of another model, track or seed than it was asked for."""

    code = "other_run"


class ProofsClosedError(ServiceError, RuntimeError):
    """This server lacks what virtual runs are driven with."""

    code = "proofs_closed"


class BeingDrivenError(ServiceError, RuntimeError):
    """A submission can't be played that a worker drives right now."""

    code = "submission_running"


class NothingToPlayError(ServiceError, LookupError):
    """No submission of that stage waits."""

    code = "nothing_to_play"
