"""Answers a command with the facts that it makes, or with the reason why it can't be done.

``decide`` only reads the state; what it returns becomes true when the service has logged it.
"""

from timing_server.rules.answers import heats, plan, season
from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.heats import end_of
from timing_server.rules.answers.rulings import table as rulings
from timing_server.rules.commands.command import Command
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState


def decide(state: EventState, command: Command, at_race_ns: int) -> Answer:
    """Return the facts that the command makes at that instant, in order, or a refusal.

    ``Tick`` alone may make no facts at all. Nothing is raised for any command.
    """
    return _ANSWERS[type(command)](state, command, at_race_ns)


def next_due(state: EventState) -> int | None:
    """Return the race_ns at which a Tick will end the running heat, if nothing happens before.

    None where no heat runs. It may lie in the past: then a Tick is wanted now.
    """
    heat = state.active_heat
    if heat is None or heat.phase is not HeatPhase.RUNNING:
        return None
    return end_of(state, heat).ended_race_ns


_ANSWERS: Answers = {**plan.ANSWERS, **heats.ANSWERS, **rulings.ANSWERS, **season.ANSWERS}
