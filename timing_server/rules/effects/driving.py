"""What facts about driving cars do to the state: to a heat's record, to the stops."""

from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect, with_heat
from timing_server.rules.facts.driving import (
    CarStopLifted,
    CarStopped,
    DrivingMeasured,
    RunConfirmed,
    RunHeld,
    RunReleased,
    SpeedLimited,
    StopObeyed,
)
from timing_server.rules.facts.heats import EmergencyLifted, EmergencyStopped
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.orders.driving import newest_equipment
from timing_server.rules.state.driving import (
    Confirmation,
    ControlKind,
    Driven,
    Obeyed,
    RunControl,
    StandingStop,
)
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, HeatId

#: How many stops are remembered as lifted: more than any car heeds at once.
LIFTED_KEPT = 32
_HOLDS: Mapping[str, ControlKind] = {
    "stop": "stop",
    "off_track": "off_track",
    "contact_lost": "contact_lost",
}


def _confirmed(state: EventState, recorded: Recorded, fact: RunConfirmed) -> Change:
    heat = state.heats.get(fact.heat_id)
    if heat is None or fact.entry_id not in heat.runs:
        return NOTHING
    word = Confirmation(fact.entry_id, recorded.race_ns, recorded.actor, fact.reason)
    others = tuple(each for each in heat.confirmations if each.entry_id != fact.entry_id)
    return with_heat(state, replace(heat, confirmations=(*others, word)))


def _measured(state: EventState, _: Recorded, fact: DrivingMeasured) -> Change:
    heat = state.heats.get(fact.heat_id)
    if heat is None or fact.entry_id not in heat.runs:
        return NOTHING
    driven = Driven(
        fact.entry_id,
        fact.car_id,
        fact.commands,
        fact.latency_p50_ns,
        fact.latency_p95_ns,
        fact.frames,
        fact.dropped_frames,
        fact.stale_commands,
        fact.is_throttled,
        fact.is_undervolted,
    )
    own = (fact.entry_id, fact.car_id)
    others = tuple(each for each in heat.driven if (each.entry_id, each.car_id) != own)
    return with_heat(state, replace(heat, driven=(*others, driven)))


def _held(state: EventState, recorded: Recorded, fact: RunHeld) -> Change:
    kind = _HOLDS.get(fact.cause, "stop")
    return _controlled(state, recorded, fact.heat_id, fact.entry_id, kind)


def _released(state: EventState, recorded: Recorded, fact: RunReleased) -> Change:
    return _controlled(state, recorded, fact.heat_id, fact.entry_id, "go")


def _limited(state: EventState, recorded: Recorded, fact: SpeedLimited) -> Change:
    return _controlled(state, recorded, fact.heat_id, fact.entry_id, "speed", fact.speed_pct)


def _controlled(
    state: EventState,
    recorded: Recorded,
    heat_id: HeatId,
    entry_id: EntryId,
    kind: ControlKind,
    speed_pct: int | None = None,
) -> Change:
    heat = state.heats.get(heat_id)
    if heat is None or entry_id not in heat.runs:
        return NOTHING
    control = RunControl(entry_id, recorded.race_ns, kind, recorded.actor, speed_pct)
    if control in heat.controls:
        return NOTHING
    return with_heat(state, replace(heat, controls=(*heat.controls, control)))


def _everything_stopped(state: EventState, _: Recorded, fact: EmergencyStopped) -> Change:
    stop = StandingStop(
        stop_id=fact.stop_id,
        source=fact.source,
        race_ns=fact.stopped_race_ns,
        node_id=fact.node_id,
        button=fact.button,
    )
    return _standing(state, stop)


def _car_stopped(state: EventState, recorded: Recorded, fact: CarStopped) -> Change:
    """The stop stands; behind it the car is held, so that lifting alone lets nothing drive."""
    stop = StandingStop(fact.stop_id, fact.source, fact.stopped_race_ns, car_id=fact.car_id)
    change = _standing(state, stop)
    heat = state.active_heat
    if change is NOTHING or heat is None:
        return change
    for run in heat.runs.values():
        equipment = newest_equipment(run)
        if equipment is not None and equipment.car_id == fact.car_id:
            held = _controlled(state, recorded, heat.heat_id, run.entry_id, "e_stop")
            change = {**change, **held}
    return change


def _standing(state: EventState, stop: StandingStop) -> Change:
    if any(each.stop_id == stop.stop_id for each in state.stops):
        return NOTHING
    lifted = tuple(each for each in state.lifted_stop_ids if each != stop.stop_id)
    return {"stops": (*state.stops, stop), "lifted_stop_ids": lifted}


def _obeyed(state: EventState, _: Recorded, fact: StopObeyed) -> Change:
    word = Obeyed(fact.neutral_race_ns, fact.bound_ns)
    stops = tuple(
        replace(each, obeyed={**each.obeyed, fact.car_id: word})
        if each.stop_id == fact.stop_id and fact.car_id not in each.obeyed
        else each
        for each in state.stops
    )
    return NOTHING if stops == state.stops else {"stops": stops}


def _car_lifted(state: EventState, _: Recorded, fact: CarStopLifted) -> Change:
    own = tuple(each.stop_id for each in state.car_stops(fact.car_id))
    stops = tuple(each for each in state.stops if each.car_id != fact.car_id)
    return {"stops": stops, "lifted_stop_ids": _newest(state, (*own, *fact.stop_ids))}


def _everything_lifted(state: EventState, _: Recorded, __: EmergencyLifted) -> Change:
    lifted = tuple(each.stop_id for each in state.stops if each.car_id is None)
    stops = tuple(each for each in state.stops if each.car_id is not None)
    return {
        "stops": stops,
        "lifted_stop_ids": _newest(state, lifted),
        "stop_buttons": {},
    }


def _newest(state: EventState, lifted: tuple[str, ...]) -> tuple[str, ...]:
    kept = dict.fromkeys((*state.lifted_stop_ids, *lifted))
    return tuple(kept)[-LIFTED_KEPT:]


EFFECTS: Mapping[type, Effect] = {
    RunConfirmed: _confirmed,
    DrivingMeasured: _measured,
    RunHeld: _held,
    RunReleased: _released,
    SpeedLimited: _limited,
    EmergencyStopped: _everything_stopped,
    EmergencyLifted: _everything_lifted,
    CarStopped: _car_stopped,
    CarStopLifted: _car_lifted,
    StopObeyed: _obeyed,
}
