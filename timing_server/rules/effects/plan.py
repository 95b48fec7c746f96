"""What the facts of the plan do to the state."""

from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect, with_heat
from timing_server.rules.effects.queue import queued_first, queued_last, reordered, without
from timing_server.rules.effects.rulings import rulings_on
from timing_server.rules.facts.plan import (
    EventClosed,
    EventCreated,
    EventOpened,
    HeatPlanned,
    HeatRemoved,
    HeatsReordered,
    RunEquipped,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Equipment, Heat, Run
from timing_server.rules.state.plan import EventPhase
from timing_server.rules.units import EntryId


def _event_created(state: EventState, _: Recorded, fact: EventCreated) -> Change:
    if state.phase is not EventPhase.UNKNOWN:
        return NOTHING
    return {
        "event_id": fact.event_id,
        "time_zone": fact.time_zone,
        "is_demo": fact.is_demo,
        "phase": EventPhase.PLANNED,
    }


def _event_opened(state: EventState, _: Recorded, __: EventOpened) -> Change:
    return NOTHING if state.phase is EventPhase.UNKNOWN else {"phase": EventPhase.OPEN}


def _event_closed(state: EventState, _: Recorded, __: EventClosed) -> Change:
    return {"phase": EventPhase.CLOSED} if state.is_open else NOTHING


def _heat_planned(state: EventState, recorded: Recorded, fact: HeatPlanned) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None or fact.heat_id in state.heats:
        return NOTHING
    entry_ids = tuple(dict.fromkeys(fact.entry_ids))
    heat = Heat(
        heat_id=fact.heat_id,
        number=state.newest_heat_number + 1,
        stage_id=fact.stage_id,
        entry_ids=entry_ids,
        options=stage.options,
        runs=_runs(state, recorded, fact, entry_ids),
        round_number=fact.round_number,
        match_name=fact.match_name,
        rerun_of=fact.rerun_of,
        is_practice=stage.kind == "practice",
        is_virtual=stage.virtual is not None,
        # A heat may be planned anew under its id: what was ruled on its runs still stands.
        rulings=rulings_on(state.rulings, fact.heat_id),
    )
    is_rerun = fact.rerun_of is not None
    if heat.is_virtual:
        # Nobody is called to the line for it.
        return {**with_heat(state, heat), "newest_heat_number": heat.number}
    return {
        **with_heat(state, heat),
        "newest_heat_number": heat.number,
        "queue": (queued_first if is_rerun else queued_last)(state, heat.heat_id),
    }


def _runs(
    state: EventState, recorded: Recorded, fact: HeatPlanned, entry_ids: tuple[EntryId, ...]
) -> dict[EntryId, Run]:
    """Return the heat's runs with their lanes; a heat that is run again keeps cars and models."""
    lanes = dict(zip(fact.entry_ids, fact.lanes, strict=False))
    former = None if fact.rerun_of is None else state.heats.get(fact.rerun_of)
    runs = {}
    for entry_id in entry_ids:
        run = None if former is None else former.runs.get(entry_id)
        newest = () if run is None else run.equipment[-1:]
        equipment = tuple(replace(each, from_race_ns=recorded.race_ns) for each in newest)
        runs[entry_id] = Run(entry_id, equipment, lanes.get(entry_id))
    return runs


def _heat_removed(state: EventState, _: Recorded, fact: HeatRemoved) -> Change:
    heat = state.heats.get(fact.heat_id)
    # A heat to which a marshal has given a pass is part of the results, started or not.
    if heat is None or heat.phase is not HeatPhase.SCHEDULED or heat.passes:
        return NOTHING
    heats = {key: each for key, each in state.heats.items() if key != fact.heat_id}
    return {"heats": heats, "queue": without(state, fact.heat_id)}


def _heats_reordered(state: EventState, _: Recorded, fact: HeatsReordered) -> Change:
    return {"queue": reordered(state, fact.heat_ids)}


def _run_equipped(state: EventState, recorded: Recorded, fact: RunEquipped) -> Change:
    heat = state.heats.get(fact.heat_id)
    run = None if heat is None else heat.runs.get(fact.entry_id)
    if heat is None or run is None:
        return NOTHING
    equipment = Equipment(recorded.race_ns, fact.car_id, fact.model_sha256)
    if equipment in run.equipment:
        return NOTHING
    run = replace(run, equipment=(*run.equipment, equipment))
    return with_heat(state, replace(heat, runs={**heat.runs, fact.entry_id: run}))


EFFECTS: Mapping[type, Effect] = {
    EventCreated: _event_created,
    EventOpened: _event_opened,
    EventClosed: _event_closed,
    HeatPlanned: _heat_planned,
    HeatRemoved: _heat_removed,
    HeatsReordered: _heats_reordered,
    RunEquipped: _run_equipped,
}
