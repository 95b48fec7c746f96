"""The answer to who wears a mark."""

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.refusals import refuse_unless_planning
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import MarkBound
from timing_server.rules.passes.placing import UNREAD_MARK, car_wearing
from timing_server.rules.state.event import EventState


def bind_mark(state: EventState, command: BindMark, at_race_ns: int) -> Answer:
    """Give a mark to a car that doesn't wear it yet; a car may wear several."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.mark == UNREAD_MARK:
        return RuleViolation(
            "mark_reserved",
            f"'{command.mark}' is what cameras say of marks that can't be read; name it otherwise.",
            {"mark": command.mark},
        )
    if car_wearing(state, command.mark, at_race_ns) == command.car_id:
        return RuleViolation(
            "mark_worn_already",
            f"Car {command.car_id} wears mark {command.mark} already.",
            {"mark": command.mark, "car_id": command.car_id},
        )
    return (MarkBound(command.mark, command.car_id),)


ANSWERS: Answers = {BindMark: bind_mark}
