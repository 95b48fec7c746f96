from itertools import product

import pytest

from timing_server.rules import heat_phases as subject
from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted, HeatStoodDown
from timing_server.rules.heat_phases import HeatFact, HeatPhase

WANTED = {
    ("scheduled", HeatCalled): "called",
    ("called", HeatStoodDown): "scheduled",
    ("called", HeatStarted): "running",
    ("running", HeatFinished): "finished",
}


@pytest.mark.parametrize(
    ("phase", "fact"),
    list(product(HeatPhase, (HeatCalled, HeatStoodDown, HeatStarted, HeatFinished))),
)
def test_every_phase_and_fact(phase: HeatPhase, fact: type[HeatFact]) -> None:
    """It should lead along the four transitions and ignore every other fact."""
    assert subject.next_phase(phase, fact) == WANTED.get((phase.value, fact))


def test_the_diagram_is_drawn_from_the_table() -> None:
    """It should draw each transition, the beginning and the end."""
    assert subject.phase_diagram() == (
        "stateDiagram-v2\n"
        "    [*] --> scheduled: HeatPlanned\n"
        "    scheduled --> called: HeatCalled\n"
        "    called --> scheduled: HeatStoodDown\n"
        "    called --> running: HeatStarted\n"
        "    running --> finished: HeatFinished\n"
        "    finished --> [*]\n"
    )


def test_the_theory_tells_of_every_phase() -> None:
    """It should explain each phase in prose at the head of the module."""
    assert all(f"``{phase}``" in (subject.__doc__ or "") for phase in HeatPhase)
