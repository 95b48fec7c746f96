"""Answers about judges' buttons: marked at once where one car can be meant, else asked."""

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.rulings.runs import mark_off_track, mark_reset
from timing_server.rules.commands.judging import AnswerJudge, HearJudge
from timing_server.rules.commands.rulings import MarkOffTrack, MarkReset
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.judging import MarshalAnswered, MarshalAsked
from timing_server.rules.judges import heat_at, is_open, may_be_meant
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, HeatId, RulingId


def hear_judge(state: EventState, command: HearJudge, at_race_ns: int) -> Answer:
    """Mark the only car that can be meant at the press's instant, else ask a marshal.

    Without an instant nobody knows who was on track, so that a marshal is asked as well.
    """
    calls = state.judge_calls.get((command.node_id, command.button), {})
    ruling_id = RulingId(command.call_id)
    is_known = command.call_id in state.questions or ruling_id in state.rulings
    if command.call_id not in calls or is_known:
        return ()
    called_ns = at_race_ns if command.called_race_ns is None else command.called_race_ns
    called_ns = min(called_ns, at_race_ns)
    heat = heat_at(state, called_ns)
    meant = () if heat is None else may_be_meant(state, heat, command.lane, called_ns)
    if heat is not None and len(meant) == 1 and command.called_race_ns is not None:
        return _marked(
            state, command.call, ruling_id, heat.heat_id, meant[0], called_ns, at_race_ns
        )
    return (
        MarshalAsked(
            command.call_id,
            command.node_id,
            command.button,
            command.call,
            command.lane,
            called_ns,
            None if heat is None else heat.heat_id,
        ),
    )


def answer_judge(state: EventState, command: AnswerJudge, at_race_ns: int) -> Answer:
    """Mark the entry that a marshal names, at the instant of the call, or dismiss the call."""
    question = state.questions.get(command.call_id)
    params: dict[str, str | int] = {"call_id": command.call_id}
    if question is None or not is_open(state, question):
        return RuleViolation("call_not_open", "That judge's call isn't open any more.", params)
    if command.entry_id is None:
        return (MarshalAnswered(command.call_id, None),)
    asked = question.fact
    if asked.heat_id is None:
        return RuleViolation("call_without_heat", "No heat ran when the judge called.", params)
    marked = _marked(
        state,
        asked.call,
        command.ruling_id,
        asked.heat_id,
        command.entry_id,
        asked.called_race_ns,
        at_race_ns,
    )
    if isinstance(marked, RuleViolation):
        return marked
    return (*marked, MarshalAnswered(command.call_id, command.ruling_id))


def _marked(
    state: EventState,
    call: str,
    ruling_id: RulingId,
    heat_id: HeatId,
    entry_id: EntryId,
    called_ns: int,
    at_race_ns: int,
) -> Answer:
    """Return what a marshal's own mark would make."""
    if call == "reset":
        reset = MarkReset(ruling_id, heat_id, entry_id, called_ns)
        return mark_reset(state, reset, at_race_ns)
    left = MarkOffTrack(ruling_id, heat_id, entry_id, called_ns)
    return mark_off_track(state, left, at_race_ns)


ANSWERS: Answers = {HearJudge: hear_judge, AnswerJudge: answer_judge}
