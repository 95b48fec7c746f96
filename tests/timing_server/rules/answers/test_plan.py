from dataclasses import replace
from typing import Any

import pytest

from tests.timing_server.rules.scripted_race import (
    EVENT,
    OPTIONS,
    STAGE,
    ScriptedRace,
    planned_race,
    running_race,
)
from timing_server.rules.answers.options import (
    FORMAT_NAMES,
    LAPS_RANGE,
    LAPS_RANGES,
    OPTION_RANGES_NS,
)
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.heats import CallNextHeat, StopHeat
from timing_server.rules.commands.plan import (
    AddEntry,
    BindGate,
    CloseEvent,
    CreateEvent,
    EquipRun,
    OpenEvent,
    PlanHeat,
    PlanStage,
    WithdrawEntry,
)
from timing_server.rules.facts.entries import EntryAdded, EntryWithdrawn
from timing_server.rules.facts.heats import HeatCalled, HeatStoodDown
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.plan import EventClosed, GateBound
from timing_server.rules.units import (
    CarId,
    DriverId,
    EntryId,
    HeatId,
    NodeId,
    StageId,
)

DRIVER = (DriverId("driver-9"),)
ENTRY = EntryId("entry-1")
PLANNING: list[Command] = [
    PlanStage(StageId("stage-2"), "Final", "time_trial", OPTIONS),
    AddEntry(EntryId("entry-9"), DRIVER, None),
    PlanHeat(HeatId("heat-9"), STAGE, (ENTRY,)),
    EquipRun(HeatId("heat-1"), ENTRY, CarId("car-1"), None),
    WithdrawEntry(ENTRY),
    CloseEvent(),
    CallNextHeat(),
]


@pytest.mark.parametrize("command", PLANNING, ids=lambda each: type(each).__name__)
def test_nothing_is_planned_without_an_event(command: Command) -> None:
    """A plan needs an event that was created."""
    assert ScriptedRace().refusal(command) == "unknown_event"


@pytest.mark.parametrize("command", PLANNING, ids=lambda each: type(each).__name__)
def test_a_closed_event_keeps_its_plan(command: Command) -> None:
    """A closed event isn't changed; it can be opened again, and then it is."""
    race = planned_race()
    race.ask(CloseEvent())
    assert race.refusal(command) == "event_closed"
    race.ask(OpenEvent())
    assert race.ask(command)


def test_an_event_begins_once() -> None:
    """A stream has one event, which opens once at a time."""
    race = ScriptedRace()
    assert race.refusal(OpenEvent()) == "unknown_event"
    race.ask(CreateEvent(EVENT, "UTC", is_demo=True))
    assert race.state.is_demo
    assert race.refusal(CreateEvent(EVENT, "UTC", is_demo=True)) == "event_exists"
    race.ask(OpenEvent())
    assert race.refusal(OpenEvent()) == "event_open"


def test_an_event_is_not_closed_under_a_running_heat() -> None:
    """Closing waits for a running heat; one that is only called stands down."""
    assert running_race().refusal(CloseEvent()) == "heat_running"
    race = planned_race()
    race.ask(CallNextHeat())
    assert race.ask(CloseEvent()) == (HeatStoodDown(HeatId("heat-1")), EventClosed(EVENT))
    assert race.state.active_heat is None


def test_a_stage_needs_a_known_format_and_a_new_id() -> None:
    """A stage is planned once, under a format that exists."""
    race = planned_race()
    assert race.refusal(PlanStage(STAGE, "Again", "time_trial", OPTIONS)) == "stage_exists"
    assert race.refusal(PlanStage(StageId("s"), "X", "rally", OPTIONS)) == "unknown_format"


def _with(option: str, value: int) -> HeatOptions:
    changes: dict[str, Any] = {option: value}
    return replace(OPTIONS, **changes)


@pytest.mark.parametrize("option", sorted(OPTION_RANGES_NS))
def test_options_stay_in_their_range(option: str) -> None:
    """Each option of a stage has a least and a most, and neither is passed."""
    least, most = OPTION_RANGES_NS[option]
    race = planned_race()
    for value in (least - 1, most + 1):
        options = _with(option, value)
        command = PlanStage(StageId("s"), "X", "time_trial", options)
        assert race.refusal(command) == "option_out_of_range"
    for number, value in enumerate((least, most)):
        options = _with(option, value)
        race.ask(PlanStage(StageId(f"s{number}"), "X", "time_trial", options))


@pytest.mark.parametrize("format_name", sorted(FORMAT_NAMES))
def test_laps_n_stays_in_the_range_of_its_format(format_name: str) -> None:
    """How many laps a format is about has a least and a most, and neither is passed."""
    least, most = LAPS_RANGES.get(format_name, LAPS_RANGE)
    race = planned_race()
    for laps_n in (least - 1, most + 1):
        command = PlanStage(StageId("s"), "X", format_name, replace(OPTIONS, laps_n=laps_n))
        assert race.refusal(command) == "option_out_of_range"
    for number, laps_n in enumerate((least, most)):
        options = replace(OPTIONS, laps_n=laps_n)
        race.ask(PlanStage(StageId(f"s{number}"), "X", format_name, options))


def test_entries_have_numbers_of_their_own() -> None:
    """An entry gets the number it asks for if it is free, else the next one if it asks for none."""
    race = planned_race(2)
    assert race.refusal(AddEntry(EntryId("e"), DRIVER, 2)) == "number_taken"
    assert race.refusal(AddEntry(EntryId("e"), DRIVER, 0)) == "number_out_of_range"
    assert race.refusal(AddEntry(EntryId("e"), DRIVER, 10_000)) == "number_out_of_range"
    race.ask(AddEntry(EntryId("e"), DRIVER, 41))
    assert race.ask(AddEntry(EntryId("f"), DRIVER, None)) == (EntryAdded(EntryId("f"), DRIVER, 42),)


def test_an_entry_has_drivers() -> None:
    """An entry is a driver or a team of different drivers, added once."""
    race = planned_race()
    assert race.refusal(AddEntry(ENTRY, DRIVER, None)) == "entry_exists"
    assert race.refusal(AddEntry(EntryId("e"), (), None)) == "no_driver"
    assert race.refusal(AddEntry(EntryId("e"), DRIVER * 2, None)) == "driver_repeated"


def test_a_withdrawn_entry_is_not_called() -> None:
    """A withdrawn entry gets no further heats, and those it has are passed over."""
    race = planned_race(2)
    race.ask(WithdrawEntry(ENTRY))
    assert race.refusal(WithdrawEntry(ENTRY)) == "entry_withdrawn"
    assert race.refusal(WithdrawEntry(EntryId("nobody"))) == "unknown_entry"
    assert race.refusal(PlanHeat(HeatId("h"), STAGE, (ENTRY,))) == "entry_withdrawn"
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-2")),)


def test_withdrawing_at_the_line_stands_the_heat_down() -> None:
    """An entry that withdraws when called leaves the line; on track it is stopped first."""
    race = planned_race()
    race.ask(CallNextHeat())
    assert race.ask(WithdrawEntry(ENTRY)) == (
        HeatStoodDown(HeatId("heat-1")),
        EntryWithdrawn(ENTRY),
    )
    race = running_race()
    assert race.refusal(WithdrawEntry(ENTRY)) == "heat_running"
    race.ask(StopHeat(HeatId("heat-1")))
    assert race.ask(WithdrawEntry(ENTRY)) == (EntryWithdrawn(ENTRY),)


def test_a_heat_has_one_known_entry_of_a_known_stage() -> None:
    """A time trial's heat is planned once, for one entry that takes part, in a planned stage."""
    race = planned_race(2)
    both = (ENTRY, EntryId("entry-2"))
    assert race.refusal(PlanHeat(HeatId("heat-1"), STAGE, (ENTRY,))) == "heat_exists"
    assert race.refusal(PlanHeat(HeatId("h"), StageId("s"), (ENTRY,))) == "unknown_stage"
    assert race.refusal(PlanHeat(HeatId("h"), STAGE, ())) == "one_entry_per_heat"
    assert race.refusal(PlanHeat(HeatId("h"), STAGE, both)) == "one_entry_per_heat"
    assert race.refusal(PlanHeat(HeatId("h"), STAGE, (EntryId("x"),))) == "unknown_entry"
    race.ask(PlanHeat(HeatId("h"), STAGE, (ENTRY,)))
    assert race.state.heats[HeatId("h")].number == 3


def test_a_gate_is_bound_without_an_event() -> None:
    """The venue's gates may be bound before any event exists."""
    race = ScriptedRace()
    fact = GateBound(NodeId("node-1"), "a", "finish")
    assert race.ask(BindGate(NodeId("node-1"), "a", "finish")) == (fact,)
    assert race.refusal(BindGate(NodeId("node-1"), "a", "")) == "no_role"
