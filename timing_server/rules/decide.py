"""Answers a command with the facts that it makes, or with the reason why it can't be done.

``decide`` only reads the state; what it returns becomes true when the service has logged it.
"""

from timing_server.rules.answers import judging, progression, season
from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.heats import table as heats
from timing_server.rules.answers.heats.ends import next_of
from timing_server.rules.answers.marks import ANSWERS as MARK_ANSWERS
from timing_server.rules.answers.plan import table as plan
from timing_server.rules.answers.rulings import table as rulings
from timing_server.rules.answers.virtual import table as virtual
from timing_server.rules.commands.command import Command
from timing_server.rules.state.event import EventState


def decide(state: EventState, command: Command, at_race_ns: int) -> Answer:
    """Return the facts that the command makes at that instant, in order, or a refusal.

    ``Tick``, ``NoteInterruption``, ``PressStop``, ``StopAll``, ``StopCar``, ``NoteObeyed``,
    ``NoteContactLost``, ``NoteDriving`` and ``HearJudge`` alone may make no facts at all.
    Nothing is raised for any command.
    """
    return _ANSWERS[type(command)](state, command, at_race_ns)


def next_due(state: EventState, heard_from_race_ns: int | None = 0) -> int | None:
    """Return the race_ns at which a Tick will make a fact, if nothing happens before.

    None where only people can act. It may lie in the past: then a Tick is wanted now.
    ``heard_from_race_ns`` as in ``Tick``.
    """
    due = next_of(state, heard_from_race_ns)
    return None if due is None else due[0]


_ANSWERS: Answers = {
    **MARK_ANSWERS,
    **plan.ANSWERS,
    **progression.ANSWERS,
    **heats.ANSWERS,
    **rulings.ANSWERS,
    **judging.ANSWERS,
    **season.ANSWERS,
    **virtual.ANSWERS,
}
