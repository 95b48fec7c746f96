from typing import get_args

from tests.timing_server.rules.scripted_race import ScriptedRace, running_race
from timing_server.rules import decide as subject
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import CallNextHeat, Tick
from timing_server.rules.commands.plan import CreateEvent
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import EventCreated
from timing_server.rules.units import EventId


def test_every_command_is_answered() -> None:
    """It should know what to do with each command that there is, and with nothing else."""
    assert set(subject._ANSWERS) == set(get_args(Command))


def test_deciding_changes_nothing() -> None:
    """It should only answer: the state changes when the facts are logged."""
    race = ScriptedRace()
    command = CreateEvent(EventId("e"), "UTC", is_demo=False)
    first = subject.decide(race.state, command, 0)
    assert first == (EventCreated(EventId("e"), "UTC", is_demo=False),)
    assert subject.decide(race.state, command, 0) == first


def test_a_refusal_carries_code_parameters_and_a_sentence() -> None:
    """It should refuse with a stable code, what fills its wording, and a sentence for people."""
    answer = subject.decide(running_race().state, CallNextHeat(), 0)
    assert answer == RuleViolation(
        "heat_running",
        "Heat 1 is running; wait for its end or stop it first.",
        {"heat_id": "heat-1", "number": 1},
    )


def test_ticks_at_the_due_instants_end_every_heat() -> None:
    """It should end a running heat when a Tick comes at the instant that next_due named."""
    race = running_race()
    race.crossing(12_000)
    due_ns = subject.next_due(race.state)
    assert due_ns is not None
    assert subject.decide(race.state, Tick(), due_ns - 1) == ()
    answer = subject.decide(race.state, Tick(), due_ns)
    assert not isinstance(answer, RuleViolation)
    race.append(*answer)
    assert subject.next_due(race.state) is None
