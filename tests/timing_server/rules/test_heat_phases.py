from itertools import product
from typing import get_args

import pytest

from timing_server.rules import heat_phases as subject
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
from timing_server.rules.heat_phases import HeatFact, HeatPhase

WANTED = {
    ("scheduled", HeatCalled): "called",
    ("scheduled", HeatStarted): "running",
    ("called", HeatStoodDown): "scheduled",
    ("called", HeatArmed): "armed",
    ("called", HeatStarted): "running",
    ("armed", HeatStoodDown): "scheduled",
    ("armed", HeatStarted): "running",
    ("running", HeatStoodDown): "scheduled",
    ("running", HeatPaused): "paused",
    ("paused", HeatResumed): "running",
    ("running", HeatFinished): "finished",
    ("paused", HeatFinished): "finished",
    ("running", HeatAbandoned): "abandoned",
    ("paused", HeatAbandoned): "abandoned",
    ("finished", HeatAbandoned): "abandoned",
}


@pytest.mark.parametrize(("phase", "fact"), list(product(HeatPhase, get_args(HeatFact))))
def test_every_phase_and_fact(phase: HeatPhase, fact: type[HeatFact]) -> None:
    """It should lead along the table's transitions and ignore every other fact."""
    assert subject.next_phase(phase, fact) == WANTED.get((phase.value, fact))


def test_every_phase_is_of_one_kind() -> None:
    """It should sort the phases into waiting, at the line, under way and over, each once."""
    kinds = (subject.AT_THE_LINE, subject.UNDER_WAY, subject.OVER)
    assert sum(map(len, kinds)) + 1 == len(HeatPhase)
    assert frozenset.union(*kinds, {HeatPhase.SCHEDULED}) == set(HeatPhase)


def test_the_diagram_is_drawn_from_the_table() -> None:
    """It should draw each transition, the beginning and both ends."""
    lines = subject.phase_diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> scheduled: HeatPlanned"]
    assert lines[-2:] == ["    finished --> [*]", "    abandoned --> [*]"]
    assert lines[2:-2] == [
        f"    {before} --> {after}: {fact.__name__}" for (before, fact), after in WANTED.items()
    ]


def test_the_theory_tells_of_every_phase() -> None:
    """It should explain each phase in prose at the head of the module."""
    assert all(f"``{phase}``" in (subject.__doc__ or "") for phase in HeatPhase)
