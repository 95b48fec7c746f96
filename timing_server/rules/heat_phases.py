"""The phases of a heat and the one table that says which fact leads from which to which.

The theory
==========

A heat is always in exactly one of four phases:

``scheduled``
    It stands in the queue. Its entries may be anywhere. Cars and models may be put on its runs.

``called``
    Its entries are wanted at the line: crew places the car, the board says who is next. At most
    one heat of an event is called or running, so the line is never promised twice. A heat that
    was called by mistake stands down and heads the queue again, as if nothing had happened.

``running``
    The cars may drive. The heat began at an instant on the race clock, ``started_race_ns``; the
    window of a format that has one opens later, with the first counted pass, and isn't a phase:
    it is computed from the passes, since a ruling may move it.

``finished``
    It ended at an instant, ``ended_race_ns``, which is the rule's or the organiser's and not the
    moment at which the server noticed. A pass belongs to a heat by its own instant: one that
    arrives late, after the heat has finished, still joins it when it happened before the end.

Only facts move a heat. Nothing leads out of ``finished``: rulings change what a heat's passes are
worth, never its phase. A fact that the table doesn't name for the heat's phase changes nothing
(the log may hold it, ``decide`` never makes it), so replaying any log ends somewhere sane.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted, HeatStoodDown

HeatFact = HeatCalled | HeatStoodDown | HeatStarted | HeatFinished


class HeatPhase(StrEnum):
    """Where a heat stands; see the head of this module."""

    SCHEDULED = "scheduled"
    CALLED = "called"
    RUNNING = "running"
    FINISHED = "finished"


TRANSITIONS: Mapping[tuple[HeatPhase, type[HeatFact]], HeatPhase] = MappingProxyType(
    {
        (HeatPhase.SCHEDULED, HeatCalled): HeatPhase.CALLED,
        (HeatPhase.CALLED, HeatStoodDown): HeatPhase.SCHEDULED,
        (HeatPhase.CALLED, HeatStarted): HeatPhase.RUNNING,
        (HeatPhase.RUNNING, HeatFinished): HeatPhase.FINISHED,
    }
)


def next_phase(phase: HeatPhase, fact: type[HeatFact]) -> HeatPhase | None:
    """Return the phase that the fact leads to, or None where it changes nothing."""
    return TRANSITIONS.get((phase, fact))


def phase_diagram() -> str:
    """Draw the table as a Mermaid state diagram, so that documents never disagree with it."""
    final = set(HeatPhase) - {phase for phase, _ in TRANSITIONS}
    lines = ["stateDiagram-v2", f"    [*] --> {HeatPhase.SCHEDULED}: HeatPlanned"]
    lines += [
        f"    {phase} --> {target}: {fact.__name__}"
        for (phase, fact), target in TRANSITIONS.items()
    ]
    lines += [f"    {phase} --> [*]" for phase in HeatPhase if phase in final]
    return "\n".join(lines) + "\n"
