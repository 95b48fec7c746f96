"""Answers to the commands before the start: car and model, to the line, ready."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.heats.guards import at_the_line
from timing_server.rules.answers.heats.readiness import refuse_unready
from timing_server.rules.answers.plan.line_up import stage_virtual
from timing_server.rules.answers.refusals import (
    heat_called,
    heat_finished,
    heat_running,
    refuse_unless_open,
    refuse_unless_planning,
    unknown_entry,
    unknown_heat,
)
from timing_server.rules.commands.heats import ArmHeat, CallNextHeat
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.heats import HeatArmed, HeatCalled
from timing_server.rules.facts.plan import RunEquipped
from timing_server.rules.heat_phases import AT_THE_LINE, OVER, HeatPhase
from timing_server.rules.orders.attendance import has_starter
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import HeatId


def equip_run(state: EventState, command: EquipRun, _: int) -> Answer:
    """Put a car and a model on a run, before it or during it."""
    if refusal := refuse_unless_planning(state):
        return refusal
    heat = state.heats.get(command.heat_id)
    if heat is None:
        return unknown_heat(command.heat_id)
    if command.entry_id not in heat.runs:
        return unknown_entry(command.entry_id)
    if heat.phase in OVER:
        return heat_finished(heat)
    entry = state.entries.get(command.entry_id)
    bound = None if entry is None else entry.model_sha256
    model = command.model_sha256 or bound
    return (RunEquipped(command.heat_id, command.entry_id, command.car_id, model),)


def call_next_heat(state: EventState, command: CallNextHeat, _: int) -> Answer:
    """Call the heat that is named, else the first of the queue that anybody would race."""
    if refusal := refuse_unless_open(state):
        return refusal
    if (active := state.active_heat) is not None:
        return heat_called(active) if active.phase in AT_THE_LINE else heat_running(active)
    if command.heat_id is not None:
        return _call(state, command.heat_id)
    for heat_id in state.queue:
        if is_wanted(state, state.heats[heat_id]):
            return (HeatCalled(heat_id),)
    return RuleViolation("no_heat_scheduled", "No heat is left in the queue; plan one first.")


def _call(state: EventState, heat_id: HeatId) -> Answer:
    heat = state.heats.get(heat_id)
    if heat is None:
        return unknown_heat(heat_id)
    if heat.phase is not HeatPhase.SCHEDULED:
        return heat_finished(heat)
    if heat.is_virtual:
        # Workers drive it; before an audience it is called with its models, to be played.
        return stage_virtual(state.stages[heat.stage_id])
    if not is_wanted(state, heat):
        return RuleViolation(
            "no_entry_left",
            f"Nobody of heat {heat.number} takes part any more; put an entry in first.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    return (HeatCalled(heat.heat_id),)


def is_wanted(state: EventState, heat: Heat) -> bool:
    """Whether anybody would race a heat; to a practice heat people come by themselves."""
    return has_starter(state, heat)


def arm_heat(state: EventState, command: ArmHeat, at_race_ns: int) -> Answer:
    """Say that all is ready at the line."""
    heat = at_the_line(state, command.heat_id)
    if isinstance(heat, RuleViolation):
        return heat
    if heat.phase is HeatPhase.ARMED:
        return RuleViolation(
            "heat_armed",
            f"Heat {heat.number} is already armed; start it or send it back.",
            {"heat_id": heat.heat_id, "number": heat.number},
        )
    if refusal := refuse_unready(state, heat, command.cars):
        return refusal
    return (HeatArmed(heat.heat_id, at_race_ns),)
