"""What buttons do to the state: which emergency stops are held."""

from collections.abc import Mapping

from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import StopPressed, StopReleased
from timing_server.rules.state.event import EventState


def _told(state: EventState, _: Recorded, fact: StopPressed | StopReleased) -> Change:
    key = fact.node_id, fact.button
    newest = state.stop_buttons.get(key)
    if newest and newest.journal_id == fact.journal_id and newest.seq >= fact.seq:
        return NOTHING
    return {"stop_buttons": {**state.stop_buttons, key: fact}}


EFFECTS: Mapping[type, Effect] = {
    StopPressed: _told,
    StopReleased: _told,
}
