"""Answers a command with the facts that it makes, or with the reason why it can't be done.

``decide`` only reads the state; what it returns becomes true when the service has logged it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from timing_server.rules.answers.heats import (
    call_next_heat,
    end_of,
    equip_run,
    start_heat,
    stop_heat,
    tick,
)
from timing_server.rules.answers.plan import (
    add_entry,
    bind_gate,
    close_event,
    create_event,
    open_event,
    plan_heat,
    plan_stage,
    withdraw_entry,
)
from timing_server.rules.answers.rulings import (
    insert_pass,
    mark_off_track,
    reverse_ruling,
    void_lap,
    void_pass,
)
from timing_server.rules.commands import (
    AddEntry,
    BindGate,
    CallNextHeat,
    CloseEvent,
    Command,
    CreateEvent,
    EquipRun,
    InsertPass,
    MarkOffTrack,
    OpenEvent,
    PlanHeat,
    PlanStage,
    ReverseRuling,
    StartHeat,
    StopHeat,
    Tick,
    VoidLap,
    VoidPass,
    WithdrawEntry,
)
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts import Fact
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state import EventState

Answer = tuple[Fact, ...] | RuleViolation


def decide(state: EventState, command: Command, at_race_ns: int) -> Answer:
    """Return the facts that the command makes at that instant, in order, or a refusal.

    ``Tick`` alone may make no facts at all. Nothing is raised for any command.
    """
    return _HANDLERS[type(command)](state, command, at_race_ns)


def next_due(state: EventState) -> int | None:
    """Return the race_ns at which a Tick will end the running heat, if nothing happens before.

    None where no heat runs. It may lie in the past: then a Tick is wanted now.
    """
    heat = state.active_heat
    if heat is None or heat.phase is not HeatPhase.RUNNING:
        return None
    return end_of(state, heat).ended_race_ns


_HANDLERS: Mapping[type, Callable[[EventState, Any, int], Answer]] = {
    CreateEvent: create_event,
    OpenEvent: open_event,
    CloseEvent: close_event,
    PlanStage: plan_stage,
    AddEntry: add_entry,
    WithdrawEntry: withdraw_entry,
    PlanHeat: plan_heat,
    BindGate: bind_gate,
    EquipRun: equip_run,
    CallNextHeat: call_next_heat,
    StartHeat: start_heat,
    StopHeat: stop_heat,
    Tick: tick,
    InsertPass: insert_pass,
    VoidPass: void_pass,
    VoidLap: void_lap,
    MarkOffTrack: mark_off_track,
    ReverseRuling: reverse_ruling,
}
