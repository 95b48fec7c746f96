"""Answers to the commands that make the plan: event, stages, entries, heats, gates."""

from timing_server.rules.answers.answer import Answer, Answers
from timing_server.rules.answers.options import FORMAT_NAMES, check_options
from timing_server.rules.answers.refusals import (
    already_exists,
    entry_withdrawn,
    heat_running,
    refuse_unless_open,
    refuse_unless_planning,
    unknown_entry,
    unknown_stage,
)
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    CloseEvent,
    CreateEvent,
    OpenEvent,
    PlanHeat,
    PlanStage,
    WithdrawEntry,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.entries import EntryAdded, EntryWithdrawn
from timing_server.rules.facts.heats import HeatStoodDown
from timing_server.rules.facts.plan import (
    EventClosed,
    EventCreated,
    EventOpened,
    GateBound,
    HeatPlanned,
    StagePlanned,
)
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import EventPhase
from timing_server.rules.units import EntryId


def create_event(state: EventState, command: CreateEvent, _: int) -> Answer:
    """Begin the stream, once."""
    if state.phase is not EventPhase.UNKNOWN:
        return already_exists("event", command.event_id)
    return (EventCreated(command.event_id, command.time_zone, command.is_demo),)


def open_event(state: EventState, _: OpenEvent, __: int) -> Answer:
    """Open an event that isn't; one that was closed may open again."""
    if state.event_id is None:
        return RuleViolation("unknown_event", "There is no such event; create it first.")
    if state.is_open:
        return RuleViolation("event_open", "The event is already open.")
    return (EventOpened(state.event_id),)


def close_event(state: EventState, _: CloseEvent, __: int) -> Answer:
    """Close an open event; a heat that is only called stands down first."""
    if refusal := refuse_unless_open(state):
        return refusal
    heat = state.active_heat
    if heat is not None and heat.phase is HeatPhase.RUNNING:
        return heat_running(heat)
    stood_down = () if heat is None else (HeatStoodDown(heat.heat_id),)
    return () if state.event_id is None else (*stood_down, EventClosed(state.event_id))


def plan_stage(state: EventState, command: PlanStage, _: int) -> Answer:
    """Add a stage whose format exists and whose options are in range."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.stage_id in state.stages:
        return already_exists("stage", command.stage_id)
    if command.format_name not in FORMAT_NAMES:
        return RuleViolation(
            "unknown_format",
            f"There is no format '{command.format_name}'; there are "
            f"{', '.join(sorted(FORMAT_NAMES))}.",
            {"format_name": command.format_name},
        )
    if refusal := check_options(command.options, command.format_name):
        return refusal
    return (StagePlanned(command.stage_id, command.title, command.format_name, command.options),)


def add_entry(state: EventState, command: AddEntry, _: int) -> Answer:
    """Add an entry under a number of its own, the next one where none is asked for."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.entry_id in state.entries:
        return already_exists("entry", command.entry_id)
    if not command.driver_ids:
        return RuleViolation("no_driver", "An entry needs at least one driver.")
    if len(set(command.driver_ids)) < len(command.driver_ids):
        return RuleViolation("driver_repeated", "A driver is named twice in the entry.")
    taken = {entry.number for entry in state.entries.values()}
    number = max(taken, default=0) + 1 if command.number is None else command.number
    if refusal := _check_number(number, taken):
        return refusal
    groups = (command.region, command.class_name, command.team_id)
    return (EntryAdded(command.entry_id, command.driver_ids, number, *groups),)


def _check_number(number: int, taken: set[int]) -> RuleViolation | None:
    if number in taken:
        return RuleViolation(
            "number_taken", f"Number {number} is already taken.", {"number": number}
        )
    if not 1 <= number <= 9999:
        return RuleViolation(
            "number_out_of_range",
            f"A number must be between 1 and 9999, not {number}.",
            {"number": number},
        )
    return None


def withdraw_entry(state: EventState, command: WithdrawEntry, _: int) -> Answer:
    """Take an entry out; if it is at the line alone, its heat stands down."""
    if refusal := refuse_unless_planning(state):
        return refusal
    entry = state.entries.get(command.entry_id)
    if entry is None:
        return unknown_entry(command.entry_id)
    if entry.is_withdrawn:
        return entry_withdrawn(command.entry_id)
    heat = state.active_heat
    stood_down: tuple[Fact, ...] = ()
    if heat is not None and command.entry_id in heat.runs:
        if heat.phase is HeatPhase.RUNNING:
            return heat_running(heat)
        others = (each for each in heat.entry_ids if each != command.entry_id)
        if all(state.entries[each].is_withdrawn for each in others if each in state.entries):
            stood_down = (HeatStoodDown(heat.heat_id),)
    return (*stood_down, EntryWithdrawn(command.entry_id))


def plan_heat(state: EventState, command: PlanHeat, _: int) -> Answer:
    """Add a heat for entries that take part; a time trial has one entry on track at a time."""
    if refusal := refuse_unless_planning(state):
        return refusal
    if command.heat_id in state.heats:
        return already_exists("heat", command.heat_id)
    if command.stage_id not in state.stages:
        return unknown_stage(command.stage_id)
    if refusal := _check_line_up(state, command.entry_ids):
        return refusal
    return (HeatPlanned(command.heat_id, command.stage_id, command.entry_ids),)


def _check_line_up(state: EventState, entry_ids: tuple[EntryId, ...]) -> RuleViolation | None:
    if len(entry_ids) != 1:
        return RuleViolation(
            "one_entry_per_heat",
            f"A heat of a time trial has one entry, not {len(entry_ids)}.",
            {"entries": len(entry_ids)},
        )
    for entry_id in entry_ids:
        entry = state.entries.get(entry_id)
        if entry is None:
            return unknown_entry(entry_id)
        if entry.is_withdrawn:
            return entry_withdrawn(entry_id)
    return None


def bind_gate(_: EventState, command: BindGate, __: int) -> Answer:
    """Give a gate its job from now on; the venue's stream has gates without any event."""
    if not command.role:
        return RuleViolation("no_role", "A gate needs a role, such as 'finish'.")
    return (GateBound(command.node_id, command.gate, command.role),)


ANSWERS: Answers = {
    CreateEvent: create_event,
    OpenEvent: open_event,
    CloseEvent: close_event,
    PlanStage: plan_stage,
    AddEntry: add_entry,
    WithdrawEntry: withdraw_entry,
    PlanHeat: plan_heat,
    BindGate: bind_gate,
}
