"""What a model does on virtual tracks: laps, and the stress card; times in microseconds."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Sha256

#: ``ready``: laps whatever comes. ``care``: laps, but not under everything. ``not_ready``: doesn't.
Verdict = Literal["ready", "care", "not_ready"]


class Evaluated(Message):
    """Where and how a model was driven. ``versions`` are the programs that computed it.

    ``as_measured``: the car as which it saw and steered, null for the usual virtual one.
    """

    evaluation_id: str = ""
    track: Annotated[str, Field(max_length=200)]
    track_sha256: Sha256
    seed: int
    versions: Annotated[str, Field(max_length=200)]
    made_utc: str = ""
    as_measured: Annotated[str, Field(max_length=64)] | None = None


class VirtualLaps(Evaluated):
    """Laps by the league's rules; times include what resets cost."""

    laps_started: int
    laps_completed: int
    laps_clean: int
    resets: int
    best_us: int | None
    average_us: int | None


class StressTold(Message):
    """What a model did under one stress; ``plain`` is without any, ``on:…`` on another track.

    ``counts``: whether the verdict heeds it.
    """

    name: Annotated[str, Field(max_length=40)]
    laps_started: int
    laps_clean: int
    resets: int
    is_good: bool
    counts: bool = True


class StressCard(Evaluated):
    """The laps under each stress, and the verdict; the plain line is the first."""

    verdict: Verdict
    stress: Annotated[tuple[StressTold, ...], Field(max_length=40)]
