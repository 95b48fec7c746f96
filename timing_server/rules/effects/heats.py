"""What the facts of a heat do to the state."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect, settled, with_heat
from timing_server.rules.effects.queue import queued_first, without
from timing_server.rules.facts.heats import HeatCalled, HeatFinished, HeatStarted, HeatStoodDown
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.heat_phases import HeatFact, next_phase
from timing_server.rules.passes.placing import find_pass, place
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import HeatId


def _heat_called(state: EventState, _: Recorded, fact: HeatCalled) -> Change:
    heat = _moved(state, fact)
    if heat is None:
        return NOTHING
    return {
        **with_heat(state, heat),
        "active_heat_id": heat.heat_id,
        "queue": without(state, heat.heat_id),
    }


def _heat_stood_down(state: EventState, _: Recorded, fact: HeatStoodDown) -> Change:
    heat = _moved(state, fact)
    if heat is None:
        return NOTHING
    return {
        **with_heat(state, heat),
        **_rested(state, heat.heat_id),
        "queue": queued_first(state, heat.heat_id),
    }


def _heat_started(state: EventState, _: Recorded, fact: HeatStarted) -> Change:
    heat = _moved(state, fact)
    if heat is None:
        return NOTHING
    starts = list(state.starts)
    insort(starts, (fact.started_race_ns, heat.heat_id))
    change = {
        **with_heat(state, replace(heat, started_race_ns=fact.started_race_ns)),
        "active_heat_id": heat.heat_id,
        "starts": tuple(starts),
    }
    return settled(state, change, from_race_ns=fact.started_race_ns)


def _heat_finished(state: EventState, _: Recorded, fact: HeatFinished) -> Change:
    heat = _moved(state, fact)
    if heat is None:
        return NOTHING
    heat = replace(heat, ended_race_ns=fact.ended_race_ns, end_reason=fact.reason)
    change = {**with_heat(state, heat), **_rested(state, heat.heat_id)}
    late = (
        find_pass(state, each.pass_ref)
        for each in heat.passes.values()
        if each.source == "sensor" and each.race_ns > fact.ended_race_ns
    )
    moved = [known for known in late if known is not None]
    return {**change, **place(replace(state, **change), moved)} if moved else change


def _moved(state: EventState, fact: HeatFact) -> Heat | None:
    """Return the heat in the phase that the fact leads to, None where it leads nowhere."""
    heat = state.heats.get(fact.heat_id)
    phase = None if heat is None else next_phase(heat.phase, type(fact))
    return None if heat is None or phase is None else replace(heat, phase=phase)


def _rested(state: EventState, heat_id: HeatId) -> Change:
    return {"active_heat_id": None} if state.active_heat_id == heat_id else NOTHING


EFFECTS: Mapping[type, Effect] = {
    HeatCalled: _heat_called,
    HeatStoodDown: _heat_stood_down,
    HeatStarted: _heat_started,
    HeatFinished: _heat_finished,
}
