"""The judges' calls that wait for a marshal, as race control shows them."""

from collections.abc import Mapping
from typing import Literal, cast

from timing_server.contract.live.rulings import JudgeCallView
from timing_server.rules.judges import may_be_meant, open_questions
from timing_server.rules.state.event import EventState, Question
from timing_server.service.live.remembered import us


def judge_call_views(state: EventState) -> Mapping[str, JudgeCallView]:
    """Return the open calls by their id."""
    return {each.fact.call_id: _view(state, each) for each in open_questions(state)}


def _view(state: EventState, question: Question) -> JudgeCallView:
    asked = question.fact
    heat = None if asked.heat_id is None else state.heats.get(asked.heat_id)
    meant = (
        () if heat is None else may_be_meant(state, heat, asked.lane, asked.called_race_ns)
    ) or (() if heat is None else tuple(heat.runs))
    return JudgeCallView(
        node_id=asked.node_id,
        button=asked.button,
        call=cast("Literal['off_track', 'reset']", asked.call),
        lane=asked.lane,
        at_us=us(asked.called_race_ns),
        heat_id=asked.heat_id,
        entry_ids=tuple(meant),
    )
