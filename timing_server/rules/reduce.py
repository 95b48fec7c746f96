"""What each fact does to the state: total, pure, and blind to duplicates.

A fact that makes no sense where it stands (a heat that nobody planned, a start of a running heat)
changes nothing but the place in the log: the log is the truth, and replay never fails on it.
Sensors' facts may come late, twice or in any order; see ``passes.placing`` for why that leaves no
trace.
"""

from bisect import insort
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from timing_server.rules.facts import (
    ClockRelated,
    EntryAdded,
    EntryWithdrawn,
    EventClosed,
    EventCreated,
    EventOpened,
    GateBound,
    HeatCalled,
    HeatFinished,
    HeatPlanned,
    HeatStarted,
    HeatStoodDown,
    LapVoided,
    OffTrackMarked,
    PassDetected,
    PassInserted,
    PassVoided,
    Recorded,
    RulingReversed,
    RunEquipped,
    StagePlanned,
)
from timing_server.rules.heat_phases import HeatFact, next_phase
from timing_server.rules.passes.clocks import race_instant, relation_for, with_relation
from timing_server.rules.passes.placing import (
    SHELF_SIZE,
    every_pass,
    find_pass,
    place,
    shelf_key_of,
)
from timing_server.rules.passes.rulings import apply_ruling
from timing_server.rules.state import (
    Entry,
    Equipment,
    EventPhase,
    EventState,
    GateRole,
    Heat,
    JournalRelations,
    KnownPass,
    Run,
    ShelfKey,
    Stage,
)
from timing_server.rules.units import HeatId

#: The fields of the state that a fact replaces. ``Any``: each field has a type of its own, which
#: the dataclass's own signature checks where the change is made.
Change = Mapping[str, Any]
_NOTHING: Change = {}


def reduce(state: EventState, recorded: Recorded) -> EventState:
    """Return the state after one more fact. Never raises, and never changes ``state``."""
    handler = _HANDLERS.get(type(recorded.fact))
    change = handler(state, recorded, recorded.fact) if handler else _NOTHING
    return replace(
        state,
        seq=max(state.seq, recorded.seq),
        race_ns=max(state.race_ns, recorded.race_ns),
        **change,
    )


# --- the plan ----------------------------------------------------------------------------------


def _event_created(state: EventState, _: Recorded, fact: EventCreated) -> Change:
    if state.phase is not EventPhase.UNKNOWN:
        return _NOTHING
    return {
        "event_id": fact.event_id,
        "time_zone": fact.time_zone,
        "is_demo": fact.is_demo,
        "phase": EventPhase.PLANNED,
    }


def _event_opened(state: EventState, _: Recorded, __: EventOpened) -> Change:
    return _NOTHING if state.phase is EventPhase.UNKNOWN else {"phase": EventPhase.OPEN}


def _event_closed(state: EventState, _: Recorded, __: EventClosed) -> Change:
    return {"phase": EventPhase.CLOSED} if state.is_open else _NOTHING


def _stage_planned(state: EventState, _: Recorded, fact: StagePlanned) -> Change:
    if fact.stage_id in state.stages:
        return _NOTHING
    stage = Stage(fact.stage_id, fact.title, fact.format_name, fact.options)
    return {"stages": {**state.stages, fact.stage_id: stage}}


def _entry_added(state: EventState, _: Recorded, fact: EntryAdded) -> Change:
    if fact.entry_id in state.entries:
        return _NOTHING
    entry = Entry(fact.entry_id, fact.driver_ids, fact.number)
    return {"entries": {**state.entries, fact.entry_id: entry}}


def _entry_withdrawn(state: EventState, _: Recorded, fact: EntryWithdrawn) -> Change:
    entry = state.entries.get(fact.entry_id)
    if entry is None:
        return _NOTHING
    return {"entries": {**state.entries, fact.entry_id: replace(entry, is_withdrawn=True)}}


def _heat_planned(state: EventState, _: Recorded, fact: HeatPlanned) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None or fact.heat_id in state.heats:
        return _NOTHING
    entry_ids = tuple(dict.fromkeys(fact.entry_ids))
    heat = Heat(
        heat_id=fact.heat_id,
        number=len(state.heats) + 1,
        stage_id=fact.stage_id,
        entry_ids=entry_ids,
        options=stage.options,
        runs={entry_id: Run(entry_id) for entry_id in entry_ids},
    )
    return {"heats": {**state.heats, fact.heat_id: heat}}


def _run_equipped(state: EventState, recorded: Recorded, fact: RunEquipped) -> Change:
    heat = state.heats.get(fact.heat_id)
    run = None if heat is None else heat.runs.get(fact.entry_id)
    if heat is None or run is None:
        return _NOTHING
    equipment = Equipment(recorded.race_ns, fact.car_id, fact.model_sha256)
    if equipment in run.equipment:
        return _NOTHING
    run = replace(run, equipment=(*run.equipment, equipment))
    return _with_heat(state, replace(heat, runs={**heat.runs, fact.entry_id: run}))


# --- the heat ----------------------------------------------------------------------------------


def _heat_called(state: EventState, _: Recorded, fact: HeatCalled) -> Change:
    heat = _moved(state, fact)
    if heat is None:
        return _NOTHING
    return {**_with_heat(state, heat), "active_heat_id": heat.heat_id}


def _heat_stood_down(state: EventState, _: Recorded, fact: HeatStoodDown) -> Change:
    heat = _moved(state, fact)
    return _NOTHING if heat is None else {**_with_heat(state, heat), **_rested(state, heat.heat_id)}


def _heat_started(state: EventState, _: Recorded, fact: HeatStarted) -> Change:
    heat = _moved(state, fact)
    if heat is None:
        return _NOTHING
    starts = list(state.starts)
    insort(starts, (fact.started_race_ns, heat.heat_id))
    change = {
        **_with_heat(state, replace(heat, started_race_ns=fact.started_race_ns)),
        "active_heat_id": heat.heat_id,
        "starts": tuple(starts),
    }
    return _settled(state, change, from_race_ns=fact.started_race_ns)


def _heat_finished(state: EventState, _: Recorded, fact: HeatFinished) -> Change:
    heat = _moved(state, fact)
    if heat is None:
        return _NOTHING
    heat = replace(heat, ended_race_ns=fact.ended_race_ns, end_reason=fact.reason)
    change = {**_with_heat(state, heat), **_rested(state, heat.heat_id)}
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


def _with_heat(state: EventState, heat: Heat) -> dict[str, Any]:
    return {"heats": {**state.heats, heat.heat_id: heat}}


def _rested(state: EventState, heat_id: HeatId) -> Change:
    return {"active_heat_id": None} if state.active_heat_id == heat_id else _NOTHING


# --- gates, clocks and passes ------------------------------------------------------------------


def _gate_bound(state: EventState, recorded: Recorded, fact: GateBound) -> Change:
    key = (fact.node_id, fact.gate)
    roles = state.gates.get(key, ())
    role = GateRole(recorded.race_ns, fact.role)
    if role in roles:
        return _NOTHING
    ordered = tuple(sorted((*roles, role), key=lambda each: each.from_race_ns))
    change = {"gates": {**state.gates, key: ordered}}
    return _settled(state, change, from_race_ns=recorded.race_ns)


def _clock_related(state: EventState, _: Recorded, fact: ClockRelated) -> Change:
    key = (fact.node_id, fact.boot_id)
    before = state.relations.get(key, {})
    after = with_relation(before, fact)
    if after is before:
        return _NOTHING
    change: Change = {"relations": {**state.relations, key: after}}
    moved = [
        known
        for shelf_key, shelf in state.passes.items()
        if _may_matter(before, fact, shelf_key)
        for known in shelf.values()
        if known.fact.boot_id == fact.boot_id
        and relation_for(before, known.fact.journal_id, known.fact.seq)
        is not relation_for(after, known.fact.journal_id, known.fact.seq)
    ]
    return {**change, **place(replace(state, **change), moved)} if moved else change


def _may_matter(before: JournalRelations, fact: ClockRelated, shelf_key: ShelfKey) -> bool:
    """Whether a new relation can be the one for passes on that shelf; nearly always it can't."""
    node_id, journal_id, shelf = shelf_key
    if node_id != fact.node_id:
        return False
    if journal_id not in before:
        return True
    is_newest = fact.seq > before[journal_id][-1].seq
    return journal_id == fact.journal_id and (not is_newest or (shelf + 1) * SHELF_SIZE > fact.seq)


def _pass_detected(state: EventState, _: Recorded, fact: PassDetected) -> Change:
    shelf = state.passes.get(shelf_key_of(fact))
    if shelf is not None and fact.seq in shelf:
        return _NOTHING
    return place(state, (KnownPass(fact),))


def _settled(state: EventState, change: Mapping[str, Any], *, from_race_ns: int) -> Change:
    """Add to a change what it does to passes at or after an instant.

    Nearly always nothing: starts, ends and bindings are made now, and passes lie in the past.
    """
    newest = state.newest_pass_race_ns
    if newest is None or newest < from_race_ns:
        return change
    moved = [
        known
        for known in every_pass(state)
        if (instant := race_instant(state.relations, known.fact)) and instant[0] >= from_race_ns
    ]
    return {**change, **place(replace(state, **change), moved)}


_HANDLERS: Mapping[type, Callable[[EventState, Recorded, Any], Change]] = {
    EventCreated: _event_created,
    EventOpened: _event_opened,
    EventClosed: _event_closed,
    StagePlanned: _stage_planned,
    EntryAdded: _entry_added,
    EntryWithdrawn: _entry_withdrawn,
    HeatPlanned: _heat_planned,
    RunEquipped: _run_equipped,
    HeatCalled: _heat_called,
    HeatStoodDown: _heat_stood_down,
    HeatStarted: _heat_started,
    HeatFinished: _heat_finished,
    GateBound: _gate_bound,
    ClockRelated: _clock_related,
    PassDetected: _pass_detected,
    PassInserted: apply_ruling,
    PassVoided: apply_ruling,
    LapVoided: apply_ruling,
    OffTrackMarked: apply_ruling,
    RulingReversed: apply_ruling,
}
