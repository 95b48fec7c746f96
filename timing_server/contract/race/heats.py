"""What marshals send to run a heat, from the call to the line to its end."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Slug
from timing_server.contract.names import Reason
from timing_server.contract.race.events import CommandOutcome


class CallRequest(Message):
    """``POST …/next``: call that heat to the line, by default the first of the queue."""

    heat_id: Slug | None = None


class StartRequest(Message):
    """``POST …/heats/{heat_id}/start``: under ``lights``, how long all five stay on.

    ``hold_ms`` None draws 0.2 to 3 s, so that nobody can foresee the go.
    """

    hold_ms: Annotated[int, Field(ge=0, le=10_000)] | None = None


class PauseRequest(Message):
    """``POST …/heats/{heat_id}/pause``: stop everybody's clock; a timeout is of one entry's run."""

    cause: Literal["pause", "red_flag", "timeout"] = "pause"
    entry_id: Slug | None = None


class FlagRequest(Message):
    """``POST …/heats/{heat_id}/flag``: red pauses the heat, the green after it resumes it."""

    flag: Literal["green", "yellow", "red"]


class LiftRequest(Message):
    """``POST …/emergency-stop/lift``; ``is_despite_held``: what reads pressed is broken."""

    is_despite_held: bool = False


class AbandonRequest(Message):
    """``POST …/heats/{heat_id}/abandon``: nothing of it counts; ``is_rerun``: race it again."""

    reason: Reason = ""
    is_rerun: bool = False


class ConfirmRequest(Message):
    """``POST …/runs/{entry_id}/confirm``: why a car without an agent may drive, or be timed."""

    reason: Reason = ""


class StopOutcome(CommandOutcome):
    """The emergency stop that was made: cars answer by its id."""

    stop_id: str


class TrackRequest(Message):
    """``POST …/heats/{heat_id}/send-out`` and ``…/bring-in``: who goes onto the track, or off."""

    entry_id: Slug
