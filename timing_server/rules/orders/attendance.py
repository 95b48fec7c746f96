"""Who drives when: the heats in the order of calling, and who of their entries will come."""

from timing_server.rules.heat_phases import OVER, HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Entry, Stage
from timing_server.rules.units import EntryId, StageId


def calling_order(state: EventState) -> tuple[Heat, ...]:
    """Return the event's heats as they were and will be called: driven, at the line, to come."""
    driven = tuple(dict.fromkeys(state.heats[heat_id] for _, heat_id in state.starts))
    active = state.active_heat
    at_line = () if active is None or active in driven else (active,)
    return (*driven, *at_line, *(state.heats[heat_id] for heat_id in state.queue))


def heats_of(state: EventState, stage_id: StageId) -> tuple[Heat, ...]:
    """Return a stage's heats in the order of calling, without those that were abandoned."""
    simulated = (state.heats[heat_id] for heat_id in state.simulated)
    heats = (*calling_order(state), *simulated)
    return tuple(each for each in dict.fromkeys(heats) if each.stage_id == stage_id and _is(each))


def _is(heat: Heat) -> bool:
    return heat.phase is not HeatPhase.ABANDONED


def has_begun(heat: Heat) -> bool:
    """Whether something of the heat is part of the results, be it a pass that a marshal gave it."""
    return heat.started_race_ns is not None or heat.phase in OVER or bool(heat.passes)


def runs_of(state: EventState, stage_id: StageId, entry_id: EntryId) -> tuple[Heat, ...]:
    """Return the heats of a stage in which an entry has driven or will drive."""
    return tuple(each for each in heats_of(state, stage_id) if entry_id in each.runs)


def is_expected(state: EventState, heat: Heat, entry_id: EntryId) -> bool:
    """Whether an entry will come to the line: it takes part, and isn't ruled out of this heat."""
    entry = state.entries.get(entry_id)
    ruled = [each.status for each in heat.rulings.statuses if each.entry_id == entry_id]
    return entry is not None and entry.may_race and ruled[-1:] not in (["dns"], ["dsq"])


def has_starter(state: EventState, heat: Heat) -> bool:
    """Whether somebody will come to the line; to a practice heat anybody may at any time."""
    return heat.is_practice or any(is_expected(state, heat, each) for each in heat.entry_ids)


def racers_of(
    state: EventState, stage: Stage, *, is_checked_in_only: bool = False
) -> tuple[Entry, ...]:
    """Return who may race a stage: its field once drawn, until then all who take part."""
    field = state.entries if stage.field is None else stage.field
    entries = (state.entries[each] for each in field if each in state.entries)
    return tuple(
        each for each in entries if each.may_race and (each.is_checked_in or not is_checked_in_only)
    )
