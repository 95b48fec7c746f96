"""What workers and the server say to each other of races of two."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from timing_server.contract.base import Message
from timing_server.contract.machines.workers import (
    DrivenRun,
    Place,
    RunRecorded,
    SimNs,
    SimulatorVersions,
)


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


class DuelSoFar(Message):
    """``POST …/leases/{lease_id}/duel-so-far``: what a race did by now, told from its beginning.

    ``anew_ns``: a model broke off, and so long after the go it was driven anew without it, from
    when on the sides' instants count; 0 where none did.
    """

    sides: Annotated[tuple[DuelSidePosted, ...], Field(min_length=1, max_length=2)]
    anew_ns: SimNs = 0


class DuelPosted(DuelSoFar):
    """``POST …/leases/{lease_id}/duel``: the race whole, once; the same again is answered alike.

    ``anew_ns`` of one that is played; else it is driven anew before anybody sees it.
    """

    simulator: SimulatorVersions


class DuelSideRecorded(Message):
    """The run that came of one side; its record is handed in under ``boot_id``."""

    place: Place
    boot_id: str
    run: RunRecorded


class DuelRecorded(Message):
    """The runs that came of a race of two: none where both models broke off."""

    sides: tuple[DuelSideRecorded, ...]
