"""Answers to the commands that plan single heats, take them out, and say who didn't come."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.plan.entries import stood_down_without
from timing_server.rules.answers.plan.line_up import check_line_up, refuse_unmatched
from timing_server.rules.answers.refusals import (
    already_exists,
    heat_called,
    heat_finished,
    heat_running,
    refuse_unless_planning,
    unknown_entry,
    unknown_heat,
    unknown_stage,
)
from timing_server.rules.commands.plan import MarkNoShow, PlanHeat
from timing_server.rules.commands.running_order import RemoveHeat, ReorderHeats
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import HeatPlanned, HeatRemoved, HeatsReordered
from timing_server.rules.facts.rulings import RunRuled
from timing_server.rules.heat_phases import AT_THE_LINE, OVER, UNDER_WAY, HeatPhase
from timing_server.rules.orders.attendance import is_expected, runs_of
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import EntryId, StageId


def plan_heat(state: EventState, command: PlanHeat, _: int) -> Answer:
    """Add a heat for entries that may race the stage, no more than may be on track at once."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.heat_id in state.heats:
        return already_exists("heat", command.heat_id)
    stage = state.stages.get(command.stage_id)
    if stage is None:
        return unknown_stage(command.stage_id)
    is_match = bool(command.match_name) and stage.virtual is None
    refusal = None if is_match else refuse_unmatched(stage)
    refusal = refusal or check_line_up(state, stage, command.entry_ids, command.lanes)
    if refusal is not None:
        return refusal
    round_number = command.round_number
    if round_number is None:
        round_number = next_round(state, command.stage_id, command.entry_ids)
    elif not 1 <= round_number <= 1000:
        return RuleViolation(
            "option_out_of_range",
            f"round_number must be between 1 and 1000, not {round_number}.",
            {"option": "round_number", "value": round_number, "least": 1, "most": 1000},
        )
    return (
        HeatPlanned(
            command.heat_id,
            command.stage_id,
            command.entry_ids,
            round_number,
            command.match_name,
            command.lanes,
        ),
    )


def next_round(state: EventState, stage_id: StageId, entry_ids: tuple[EntryId, ...]) -> int:
    """Return the round after the last in which any of these entries drives."""
    driven = (heat.round_number for each in entry_ids for heat in runs_of(state, stage_id, each))
    return max(driven, default=0) + 1


def remove_heat(state: EventState, command: RemoveHeat, _: int) -> Answer:
    """Take a heat out of the plan that waits in the queue and holds nothing yet."""
    if refusal := refuse_unless_planning(state):
        return refusal
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if refusal := _refuse_unless_waiting(heat):
        return refusal
    if heat.passes:
        return RuleViolation(
            "heat_has_passes",
            f"Heat {heat.number} holds passes that a marshal gave it; it stays.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return (HeatRemoved(command.heat_id),)


def _refuse_unless_waiting(heat: Heat) -> RuleViolation | None:
    if heat.phase in AT_THE_LINE:
        return heat_called(heat)
    if heat.phase in UNDER_WAY:
        return heat_running(heat)
    return heat_finished(heat) if heat.phase in OVER else None


def reorder_heats(state: EventState, command: ReorderHeats, _: int) -> Answer:
    """Put waiting heats in another order."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if len(set(command.heat_ids)) < len(command.heat_ids):
        return RuleViolation("heat_repeated", "A heat is named twice in the order.")
    for heat_id in command.heat_ids:
        heat = state.heats.get(heat_id)
        if heat is None:
            return unknown_heat(heat_id)
        if refusal := _refuse_unless_waiting(heat):
            return refusal
    return (HeatsReordered(command.heat_ids),)


def mark_no_show(state: EventState, command: MarkNoShow, _: int) -> Answer:
    """Rule that an entry didn't come; if nobody else is at the line, its heat stands down."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.entry_id not in state.entries:
        return unknown_entry(command.entry_id)
    heat = _heat_missed(state, command)
    if isinstance(heat, RuleViolation):
        return heat
    ruled = RunRuled(command.ruling_id, heat.heat_id, command.entry_id, "dns", command.reason)
    is_called = heat.heat_id == state.active_heat_id
    return (*(stood_down_without(state, command.entry_id) if is_called else ()), ruled)


def _heat_missed(state: EventState, command: MarkNoShow) -> Heat | RuleViolation:
    """Return the heat to which the entry didn't come: it hasn't begun, and waits for the entry."""
    waiting = (*(() if state.active_heat is None else (state.active_heat.heat_id,)), *state.queue)
    if command.heat_id is not None:
        if command.heat_id not in state.heats:
            return unknown_heat(command.heat_id)
        waiting = (command.heat_id,)
    for heat_id in waiting:
        heat = state.heats[heat_id]
        if command.entry_id not in heat.runs or not is_expected(state, heat, command.entry_id):
            continue
        if heat.phase in UNDER_WAY:
            return heat_running(heat)
        if heat.phase is HeatPhase.SCHEDULED or heat.phase in AT_THE_LINE:
            return heat
        return heat_finished(heat)
    return RuleViolation(
        "no_heat_waits",
        f"No heat waits for entry {state.entries[command.entry_id].number}.",
        {"number": state.entries[command.entry_id].number},
    )
