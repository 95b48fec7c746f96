"""What can go wrong in the reward lab: one sentence each, with a stable code."""

from typing import Literal

from timing_server.service.errors import ServiceError

Closing = Literal["lab_lacks_packages", "lab_lacks_sandbox", "lab_heat_on_track"]


class LabClosedError(ServiceError, RuntimeError):
    """No reward is tried out here now; ``code`` says why: what is missing, or a heat's turn."""

    def __init__(self, code: Closing, sentence: str, **params: str | int) -> None:
        super().__init__(sentence, **params)
        self.code: Closing = code


class LabBusyError(ServiceError, RuntimeError):
    """As many people try rewards out as this machine bears, or somebody asks faster than it can."""

    code = "lab_busy"


class LabFailedError(ServiceError, RuntimeError):
    """The lab's own process didn't answer and was ended; the next question has a new one."""

    code = "lab_failed"


class RewardRefusedError(ServiceError, ValueError):
    """A reward function can't be used; ``params`` has the line where it is known."""

    code = "reward_refused"

    def __init__(self, sentence: str, line: int | None) -> None:
        super().__init__(sentence, said=sentence, **({} if line is None else {"line": line}))
