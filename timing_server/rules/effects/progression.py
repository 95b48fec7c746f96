"""What the facts about who goes on do to the state: to stages, and to heats still to come."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from timing_server.rules.effects.change import NOTHING, Change, Effect, with_heat
from timing_server.rules.facts.plan import (
    FieldDrawn,
    FinalistNamed,
    FinalistReplaced,
    HeatEntryReplaced,
    ProgressionPlanned,
)
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat, Run
from timing_server.rules.state.plan import NamedFinalist, Replacement, Stage
from timing_server.rules.units import EntryId


def _progression_planned(state: EventState, _: Recorded, fact: ProgressionPlanned) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None or stage.field is not None:
        return NOTHING
    return _with_stage(state, replace(stage, progression=fact.rule))


def _finalist_named(state: EventState, _: Recorded, fact: FinalistNamed) -> Change:
    """Keep the newest word on each entry."""
    stage = state.stages.get(fact.stage_id)
    if stage is None:
        return NOTHING
    others = [each for each in stage.named if each.entry_id != fact.entry_id]
    named = (*others, NamedFinalist(fact.entry_id, fact.is_in, fact.reason))
    return _with_stage(state, replace(stage, named=named))


def _field_drawn(state: EventState, _: Recorded, fact: FieldDrawn) -> Change:
    stage = state.stages.get(fact.stage_id)
    if stage is None:
        return NOTHING
    field = tuple(dict.fromkeys(each for each in fact.entry_ids if each in state.entries))
    return _with_stage(state, replace(stage, field=field, replacements=()))


def _finalist_replaced(state: EventState, _: Recorded, fact: FinalistReplaced) -> Change:
    """Give seed and heats still to come to the next in line."""
    stage = state.stages.get(fact.stage_id)
    field = () if stage is None else stage.field or ()
    out, new = fact.out_entry_id, fact.in_entry_id
    if stage is None or out not in field or new in field or new not in state.entries:
        return NOTHING
    stage = replace(
        stage,
        field=tuple(new if each == out else each for each in field),
        replacements=(*stage.replacements, Replacement(out, new)),
    )
    heats = {
        key: _with_entry(heat, out, new) if heat.stage_id == fact.stage_id else heat
        for key, heat in state.heats.items()
    }
    return {**_with_stage(state, stage), "heats": heats}


def _heat_entry_replaced(state: EventState, _: Recorded, fact: HeatEntryReplaced) -> Change:
    heat = state.heats.get(fact.heat_id)
    if heat is None or fact.in_entry_id not in state.entries:
        return NOTHING
    changed = _with_entry(heat, fact.out_entry_id, fact.in_entry_id)
    return NOTHING if changed is heat else with_heat(state, changed)


def _with_entry(heat: Heat, out: EntryId, new: EntryId) -> Heat:
    """Return the heat with another in the place of one who is in it, if it hasn't started."""
    is_to_come = heat.started_race_ns is None and heat.phase is not HeatPhase.ABANDONED
    if not is_to_come or out not in heat.runs or new in heat.runs:
        return heat
    entry_ids = tuple(new if each == out else each for each in heat.entry_ids)
    taken_over = Run(new, lane=heat.runs[out].lane)
    runs = {each: heat.runs.get(each, taken_over) for each in entry_ids}
    return replace(heat, entry_ids=entry_ids, runs=runs)


def _with_stage(state: EventState, stage: Stage) -> dict[str, Any]:
    return {"stages": {**state.stages, stage.stage_id: stage}}


EFFECTS: Mapping[type, Effect] = {
    ProgressionPlanned: _progression_planned,
    FinalistNamed: _finalist_named,
    FieldDrawn: _field_drawn,
    FinalistReplaced: _finalist_replaced,
    HeatEntryReplaced: _heat_entry_replaced,
}
