"""What the facts of the plan do to the state."""

from collections.abc import Mapping
from dataclasses import replace

from timing_server.rules.effects.change import NOTHING, Change, Effect, with_heat
from timing_server.rules.facts.entries import EntryAdded, EntryWithdrawn
from timing_server.rules.facts.plan import (
    EventClosed,
    EventCreated,
    EventOpened,
    HeatPlanned,
    RunEquipped,
    StagePlanned,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Equipment, Heat, Run
from timing_server.rules.state.plan import Entry, EventPhase, Stage


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


def _stage_planned(state: EventState, _: Recorded, fact: StagePlanned) -> Change:
    if fact.stage_id in state.stages:
        return NOTHING
    stage = Stage(
        fact.stage_id, fact.title, fact.format_name, fact.options, fact.kind, fact.is_open
    )
    return {"stages": {**state.stages, fact.stage_id: stage}}


def _entry_added(state: EventState, _: Recorded, fact: EntryAdded) -> Change:
    if fact.entry_id in state.entries:
        return NOTHING
    entry = Entry(
        entry_id=fact.entry_id,
        driver_ids=fact.driver_ids,
        number=fact.number,
        region=fact.region,
        class_name=fact.class_name,
        team_id=fact.team_id,
    )
    return {"entries": {**state.entries, fact.entry_id: entry}}


def _entry_withdrawn(state: EventState, _: Recorded, fact: EntryWithdrawn) -> Change:
    entry = state.entries.get(fact.entry_id)
    if entry is None:
        return NOTHING
    return {"entries": {**state.entries, fact.entry_id: replace(entry, is_withdrawn=True)}}


def _heat_planned(state: EventState, _: Recorded, fact: HeatPlanned) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None or fact.heat_id in state.heats:
        return NOTHING
    entry_ids = tuple(dict.fromkeys(fact.entry_ids))
    heat = Heat(
        heat_id=fact.heat_id,
        number=len(state.heats) + 1,
        stage_id=fact.stage_id,
        entry_ids=entry_ids,
        options=stage.options,
        runs={entry_id: Run(entry_id) for entry_id in entry_ids},
        round_number=fact.round_number,
        match_name=fact.match_name,
        rerun_of=fact.rerun_of,
    )
    return {"heats": {**state.heats, fact.heat_id: heat}}


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
    StagePlanned: _stage_planned,
    EntryAdded: _entry_added,
    EntryWithdrawn: _entry_withdrawn,
    HeatPlanned: _heat_planned,
    RunEquipped: _run_equipped,
}
