"""The phases of a heat and the one table that says which fact leads from which to which.

The theory
==========

A heat is always in exactly one of seven phases:

``scheduled``
    It stands in the queue. Its entries may be anywhere. Cars and models may be put on its runs.

``called``
    Its entries are wanted at the line: crew places the car, the board says who is next. At most
    one heat of an event is between here and its end, so the line is never promised twice. A heat
    that was called by mistake stands down and heads the queue again, as if nothing had happened.

``armed``
    All is ready, nothing may be touched any more. Under ``first_crossing`` the cars may drive, and
    the first pass of the line starts the heat at its own instant. Under ``hand`` and ``lights``
    they wait for the go; who crosses before it has made a false start, which a marshal judges.

``running``
    The cars may drive. The heat began at an instant on the race clock, ``started_race_ns``: behind
    lights it lies ahead for as long as the lights take, and until then the start can be broken off,
    after which the heat heads the queue again. Windows aren't phases: they are computed from the
    passes, since a ruling may move them.

``paused``
    Nobody's clock runs: a red flag, a run's timeout, or whatever held the race up. Windows, and
    the limits by which a heat ends by itself, grow by the pause; the laps under way don't count.

``finished``
    It ended at an instant, ``ended_race_ns``, which is the rule's or the organiser's and not the
    moment at which the server noticed. A pass belongs to a heat by its own instant: one that
    arrives late, after the heat has finished, still joins it when it happened before the end.

``abandoned``
    Nothing of it counts. It stays in the log with all its passes, to be looked at; a fresh heat of
    the same entries may take its place at the head of the queue.

A virtual heat is no promise of the line: it goes from ``scheduled`` to ``running`` without being
called, beside whatever else is raced, and all of it is recorded at once. No other heat may. One
that is played before an audience is called and started like any heat; one that is sent back is
gone, since it was planned for that call alone, but for a match's, which waits again.

Only facts move a heat. Rulings change what a heat's passes are worth, never its phase. A fact that
the table doesn't name for the heat's phase changes nothing (the log may hold it, ``decide`` never
makes it), so replaying any log ends somewhere sane.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from timing_server.rules.facts.heats import (
    HeatAbandoned,
    HeatArmed,
    HeatCalled,
    HeatFinished,
    HeatPaused,
    HeatResumed,
    HeatStarted,
    HeatStoodDown,
)

HeatFact = (
    HeatCalled
    | HeatStoodDown
    | HeatArmed
    | HeatStarted
    | HeatPaused
    | HeatResumed
    | HeatFinished
    | HeatAbandoned
)


class HeatPhase(StrEnum):
    """Where a heat stands; see the head of this module."""

    SCHEDULED = "scheduled"
    CALLED = "called"
    ARMED = "armed"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    ABANDONED = "abandoned"


TRANSITIONS: Mapping[tuple[HeatPhase, type[HeatFact]], HeatPhase] = MappingProxyType(
    {
        (HeatPhase.SCHEDULED, HeatCalled): HeatPhase.CALLED,
        (HeatPhase.SCHEDULED, HeatStarted): HeatPhase.RUNNING,
        (HeatPhase.CALLED, HeatStoodDown): HeatPhase.SCHEDULED,
        (HeatPhase.CALLED, HeatArmed): HeatPhase.ARMED,
        (HeatPhase.CALLED, HeatStarted): HeatPhase.RUNNING,
        (HeatPhase.ARMED, HeatStoodDown): HeatPhase.SCHEDULED,
        (HeatPhase.ARMED, HeatStarted): HeatPhase.RUNNING,
        (HeatPhase.RUNNING, HeatStoodDown): HeatPhase.SCHEDULED,
        (HeatPhase.RUNNING, HeatPaused): HeatPhase.PAUSED,
        (HeatPhase.PAUSED, HeatResumed): HeatPhase.RUNNING,
        (HeatPhase.RUNNING, HeatFinished): HeatPhase.FINISHED,
        (HeatPhase.PAUSED, HeatFinished): HeatPhase.FINISHED,
        (HeatPhase.RUNNING, HeatAbandoned): HeatPhase.ABANDONED,
        (HeatPhase.PAUSED, HeatAbandoned): HeatPhase.ABANDONED,
        (HeatPhase.FINISHED, HeatAbandoned): HeatPhase.ABANDONED,
    }
)

#: Its entries are at the line, and can still be sent back.
AT_THE_LINE = frozenset({HeatPhase.CALLED, HeatPhase.ARMED})
#: It has begun and isn't over.
UNDER_WAY = frozenset({HeatPhase.RUNNING, HeatPhase.PAUSED})
#: Nothing more can happen in it.
OVER = frozenset({HeatPhase.FINISHED, HeatPhase.ABANDONED})


def next_phase(phase: HeatPhase, fact: type[HeatFact]) -> HeatPhase | None:
    """Return the phase that the fact leads to, or None where it changes nothing."""
    return TRANSITIONS.get((phase, fact))


def phase_diagram() -> str:
    """Draw the table as a Mermaid state diagram, so that documents never disagree with it."""
    lines = ["stateDiagram-v2", f"    [*] --> {HeatPhase.SCHEDULED}: HeatPlanned"]
    lines += [
        f"    {phase} --> {target}: {fact.__name__}"
        for (phase, fact), target in TRANSITIONS.items()
    ]
    lines += [f"    {phase} --> [*]" for phase in HeatPhase if phase in OVER]
    return "\n".join(lines) + "\n"
