"""The facts of a run that was played, among all others of its time. Pure.

They became facts as they happened, and people and sensors said other things meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from timing_server.rules.facts.heats import HeatFinished
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.rulings import PenaltyGiven, ResetMarked
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.facts.virtual import (
    BootBound,
    RunBeganOver,
    RunSimulated,
    SubmissionPlayed,
)
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState
from timing_server.rules.units import HeatId

#: The kinds in the order in which the answer to the whole run has them.
_KINDS: tuple[type, ...] = (
    *(BootBound, PassDetected, RunBeganOver, ResetMarked),
    *(PenaltyGiven, RunSimulated, HeatFinished),
)


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """A run's own facts in the order of the log, and the state at its go, before any of them."""

    facts: tuple[Recorded, ...]
    before: EventState


def was_played(group: Iterable[Recorded], heat_id: HeatId) -> bool:
    """Whether a heat was played before an audience."""
    return any(
        isinstance(each.fact, SubmissionPlayed) and each.fact.heat_id == heat_id for each in group
    )


def played_run(
    rest: Sequence[Recorded], heat_id: HeatId, planned_in: EventState
) -> PlayedRun | None:
    """Return a run that was played and is over, None where none is: it was broken off.

    ``rest`` is the log from the plan of its heat on, which was made in ``planned_in``.
    """
    bound = next((each.fact for each in rest if _binds(each.fact, heat_id)), None)
    if not isinstance(bound, BootBound):
        return None
    state = planned_in
    for recorded in rest:
        if recorded.fact == bound:
            break
        state = reduce(state, recorded)
    facts = tuple(each for each in rest if _is_of(each.fact, bound))
    is_over = any(isinstance(each.fact, RunSimulated) for each in facts)
    return PlayedRun(facts, state) if is_over else None


def by_kind(facts: Iterable[Recorded]) -> list[Recorded]:
    """Return a run's facts as the answer to the whole run orders them."""
    return sorted(facts, key=lambda each: _KINDS.index(type(each.fact)))


def _binds(fact: Fact, heat_id: HeatId) -> bool:
    return isinstance(fact, BootBound) and fact.heat_id == heat_id


def _is_of(fact: Fact, bound: BootBound) -> bool:
    if isinstance(fact, PassDetected):
        return (fact.node_id, fact.boot_id) == (bound.node_id, bound.boot_id)
    if isinstance(fact, ResetMarked | PenaltyGiven):
        return fact.ruling_id.startswith(f"{bound.heat_id}.")
    if isinstance(fact, BootBound | RunBeganOver | RunSimulated | HeatFinished):
        return fact.heat_id == bound.heat_id
    return False
