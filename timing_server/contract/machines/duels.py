"""What workers and the server say to each other of races of two."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from timing_server.contract.base import Message
from timing_server.contract.machines.workers import DrivenRun, Place, RunRecorded, SimulatorVersions


class DuelSidePosted(Message):
    """What one side did. ``run`` null where its model broke off, which ``sentence`` tells.

    ``out`` says why its car was taken off the track, null where it wasn't.
    """

    place: Place
    run: DrivenRun | None = None
    out: Literal["resets", "time_up"] | None = None
    sentence: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
        | None
    ) = None


class DuelPosted(Message):
    """``POST …/leases/{lease_id}/duel``: the race whole, once; the same again is answered alike."""

    sides: Annotated[tuple[DuelSidePosted, ...], Field(min_length=1, max_length=2)]
    simulator: SimulatorVersions


class DuelSideRecorded(Message):
    """The run that came of one side; its record is handed in under ``boot_id``."""

    place: Place
    boot_id: str
    run: RunRecorded


class DuelRecorded(Message):
    """The runs that came of a race of two: none where both models broke off."""

    sides: tuple[DuelSideRecorded, ...]
