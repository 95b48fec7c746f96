import pytest

from tests.timing_server.rules.scripted_race import (
    EVENT,
    OPTIONS,
    STAGE,
    ScriptedRace,
    planned_race,
    running_race,
)
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import CallNextHeat
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    CheckInEntry,
    CloseEvent,
    CreateEvent,
    EquipRun,
    GroupEntry,
    MarkNoShow,
    OpenEvent,
    PlanHeat,
    PlanStage,
    ScheduleStage,
    SubstituteDrivers,
    WithdrawEntry,
)
from timing_server.rules.commands.running_order import (
    PlanRounds,
    RemoveHeat,
    ReorderHeats,
)
from timing_server.rules.facts.heats import HeatStoodDown
from timing_server.rules.facts.plan import EventClosed, GateBound
from timing_server.rules.units import (
    CarId,
    DriverId,
    EntryId,
    HeatId,
    NodeId,
    RulingId,
    StageId,
)

DRIVER = (DriverId("driver-9"),)
ENTRY = EntryId("entry-1")
HEAT = HeatId("heat-1")
PLANNING: list[Command] = [
    PlanStage(StageId("stage-2"), "Final", "time_trial", OPTIONS),
    ScheduleStage(STAGE, "2026-05-01T10:00:00+00:00", 0),
    AddEntry(EntryId("entry-9"), DRIVER, None),
    GroupEntry(ENTRY, "North", None, None),
    CheckInEntry(ENTRY),
    SubstituteDrivers(ENTRY, DRIVER, "ill"),
    MarkNoShow(RulingId("r"), ENTRY, None, "late"),
    WithdrawEntry(ENTRY),
    PlanHeat(HeatId("heat-9"), STAGE, (ENTRY,)),
    PlanRounds(STAGE, (HeatId("heat-9"),), "number"),
    ReorderHeats((HEAT,)),
    RemoveHeat(HEAT),
    EquipRun(HEAT, ENTRY, CarId("car-1"), None),
    CloseEvent(),
    CallNextHeat(),
]


@pytest.mark.parametrize("command", PLANNING, ids=lambda each: type(each).__name__)
def test_nothing_is_planned_without_an_event(command: Command) -> None:
    """It should need an event that was created."""
    assert ScriptedRace().refusal(command) == "unknown_event"


@pytest.mark.parametrize("command", PLANNING, ids=lambda each: type(each).__name__)
def test_a_closed_event_keeps_its_plan(command: Command) -> None:
    """It should not change a closed event; it can be opened again, and then it is."""
    race = planned_race()
    race.ask(CloseEvent())
    assert race.refusal(command) == "event_closed"
    race.ask(OpenEvent())
    assert race.ask(command)


def test_an_event_begins_once() -> None:
    """It should have one event in a stream, which opens once at a time."""
    race = ScriptedRace()
    assert race.refusal(OpenEvent()) == "unknown_event"
    race.ask(CreateEvent(EVENT, "UTC", is_demo=True))
    assert race.state.is_demo
    assert race.refusal(CreateEvent(EVENT, "UTC", is_demo=True)) == "event_exists"
    race.ask(OpenEvent())
    assert race.refusal(OpenEvent()) == "event_open"


def test_an_event_is_not_closed_under_a_running_heat() -> None:
    """It should wait for a running heat with closing; one that is only called stands down."""
    assert running_race().refusal(CloseEvent()) == "heat_running"
    race = planned_race()
    race.ask(CallNextHeat())
    assert race.ask(CloseEvent()) == (HeatStoodDown(HEAT), EventClosed(EVENT))
    assert race.state.active_heat is None


def test_a_gate_is_bound_without_an_event() -> None:
    """It should bind the venue's gates before any event exists."""
    race = ScriptedRace()
    fact = GateBound(NodeId("node-1"), "a", "finish")
    assert race.ask(BindGate(NodeId("node-1"), "a", "finish")) == (fact,)
    assert race.refusal(BindGate(NodeId("node-1"), "a", "")) == "no_role"
    backup = BindGate(NodeId("node-2"), "a", "finish", priority=1)
    assert race.ask(backup) == (GateBound(NodeId("node-2"), "a", "finish", None, 1),)
    for priority in (-1, 4):
        wrong = BindGate(NodeId("node-2"), "a", "finish", priority=priority)
        assert race.refusal(wrong) == "option_out_of_range"
