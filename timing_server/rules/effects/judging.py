"""What judges' presses do to the state: when each button called, and what is asked about it."""

from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.facts.judging import JudgePressed, MarshalAnswered, MarshalAsked
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.judges import SAME_CALL_NS, call_id_of
from timing_server.rules.passes.clocks import race_instant
from timing_server.rules.state.event import EventState, Question


def _pressed(state: EventState, recorded: Recorded, fact: JudgePressed) -> Change:
    """Note a call, unless it is the same press twice, or a nervous thumb's."""
    instant = race_instant(state.relations, fact)
    called_ns = recorded.race_ns if instant is None else instant[0]
    key = (fact.node_id, fact.button)
    known = state.judge_calls.get(key, {})
    if any(abs(called_ns - each) < SAME_CALL_NS for each in known.values()):
        return NOTHING
    calls = {**known, call_id_of(fact): called_ns}
    return {"judge_calls": {**state.judge_calls, key: calls}}


def _asked(state: EventState, _: Recorded, fact: MarshalAsked) -> Change:
    if fact.call_id in state.questions:
        return NOTHING
    return {"questions": {**state.questions, fact.call_id: Question(fact)}}


def _answered(state: EventState, _: Recorded, fact: MarshalAnswered) -> Change:
    question = state.questions.get(fact.call_id)
    if question is None:
        return NOTHING
    answered = replace(question, is_answered=True, ruling_id=fact.ruling_id)
    return {"questions": {**state.questions, fact.call_id: answered}}


EFFECTS: Mapping[type, Effect] = {
    JudgePressed: _pressed,
    MarshalAsked: _asked,
    MarshalAnswered: _answered,
}
