"""What buttons do to the state: which emergency stops are held, and whether one stands."""

from collections.abc import Mapping

from timing_server.rules.effects.change import NOTHING, Change, Effect
from timing_server.rules.facts.heats import EmergencyLifted, EmergencyStopped
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import StopPressed, StopReleased
from timing_server.rules.state.event import EventState, StandingStop


def _pressed(state: EventState, _: Recorded, fact: StopPressed) -> Change:
    return {"held_stops": state.held_stops | {(fact.node_id, fact.button)}}


def _released(state: EventState, _: Recorded, fact: StopReleased) -> Change:
    return {"held_stops": state.held_stops - {(fact.node_id, fact.button)}}


def _stopped(state: EventState, _: Recorded, fact: EmergencyStopped) -> Change:
    if state.stop is not None:
        return NOTHING
    return {"stop": StandingStop(fact.node_id, fact.button, fact.stopped_race_ns)}


def _lifted(_: EventState, __: Recorded, ___: EmergencyLifted) -> Change:
    return {"stop": None}


EFFECTS: Mapping[type, Effect] = {
    StopPressed: _pressed,
    StopReleased: _released,
    EmergencyStopped: _stopped,
    EmergencyLifted: _lifted,
}
