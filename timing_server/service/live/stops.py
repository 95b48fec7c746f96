"""The emergency stops that stand, as screens show them: whom they stop, and which cars answered."""

from typing import Any, cast

from timing_server.contract.live.stops import CarStopView, ObeyedView, StopView
from timing_server.contract.machines.driving import StopSource
from timing_server.rules.state.driving import Obeyed, StandingStop
from timing_server.rules.state.event import EventState
from timing_server.service.live.remembered import bound_us, to_json_object, us


def stop_parts(state: EventState) -> dict[str, Any]:
    """Return what stops everything, where something does, and what stops single cars."""
    stop = state.stop
    own = {each.car_id: each for each in reversed(state.stops) if each.car_id is not None}
    parts: dict[str, Any] = {
        "car_stops": {car_id: to_json_object(_car_view(each)) for car_id, each in own.items()}
    }
    if stop is not None:
        parts["stop"] = to_json_object(_view(state, stop))
    return parts


def _view(state: EventState, stop: StandingStop) -> StopView:
    return StopView(
        source=cast("StopSource", stop.source),
        node_id=stop.node_id,
        button=stop.button,
        at_us=us(stop.race_ns),
        is_held=bool(state.held_stops),
        obeyed={car_id: _obeyed(stop, word) for car_id, word in stop.obeyed.items()},
    )


def _car_view(stop: StandingStop) -> CarStopView:
    word = None if stop.car_id is None else stop.obeyed.get(stop.car_id)
    return CarStopView(
        source=cast("StopSource", stop.source),
        at_us=us(stop.race_ns),
        obeyed=None if word is None else _obeyed(stop, word),
    )


def _obeyed(stop: StandingStop, word: Obeyed) -> ObeyedView:
    """Return how long it took; within the clock's bound it may read as before the press."""
    return ObeyedView(
        latency_us=us(max(0, word.race_ns - stop.race_ns)), bound_us=bound_us(word.bound_ns)
    )
