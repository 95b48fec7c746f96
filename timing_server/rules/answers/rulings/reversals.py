"""Answers about taking rulings back, and taking that back."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.commands.rulings import ReverseRuling
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.rulings import ProtestLodged, RulingReversed
from timing_server.rules.state.event import EventState, RulingEntry


def reverse_ruling(state: EventState, command: ReverseRuling, _: int) -> Answer:
    """Take back a standing ruling; with none named, the newest that isn't a reversal itself.

    Reversing a reversal by its id restores what it took back. A protest is nobody's slip of a
    finger, and mostly a driver's: it is only withdrawn by its id.
    """
    target = command.reversed_ruling_id
    if target is None:
        newest = next(filter(_can_be_undone, reversed(list(state.rulings.values()))), None)
        if newest is None:
            return RuleViolation("nothing_to_undo", "No ruling is left to undo.")
        target = newest.fact.ruling_id
    entry = state.rulings.get(target)
    if entry is None:
        return RuleViolation(
            "unknown_ruling", f"There is no ruling {target}.", {"ruling_id": target}
        )
    if not entry.is_standing:
        return RuleViolation(
            "ruling_already_reversed",
            f"Ruling {target} is already reversed.",
            {"ruling_id": target},
        )
    return (RulingReversed(command.ruling_id, target, command.reason),)


def _can_be_undone(entry: RulingEntry) -> bool:
    return entry.is_standing and not isinstance(entry.fact, RulingReversed | ProtestLodged)
