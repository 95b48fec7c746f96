from dataclasses import replace

from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    STAGE,
    ScriptedRace,
    planned_race,
    running_race,
)
from timing_server.rules.commands.heats import CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import (
    AddEntry,
    CheckInEntry,
    CheckOutEntry,
    DeclareCar,
    GroupEntry,
    PlanHeat,
    ReinstateEntry,
    SubstituteDrivers,
    WithdrawEntry,
)
from timing_server.rules.facts.entries import EntryAdded, EntryCarDeclared, EntryWithdrawn
from timing_server.rules.facts.heats import HeatCalled, HeatStoodDown
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.reduce import reduce
from timing_server.rules.state.plan import Entry
from timing_server.rules.units import DriverId, EntryId, HeatId, TeamId

DRIVER = (DriverId("driver-9"),)
ENTRY = EntryId("entry-1")
NOBODY = EntryId("nobody")


def entry_of(race: ScriptedRace, number: int = 1) -> Entry:
    return race.state.entries[EntryId(f"entry-{number}")]


def test_entries_have_numbers_of_their_own() -> None:
    """It should give the number that is asked for if it is free, else the next one."""
    race = planned_race(2)
    assert race.refusal(AddEntry(EntryId("e"), DRIVER, 2)) == "number_taken"
    assert race.refusal(AddEntry(EntryId("e"), DRIVER, 0)) == "number_out_of_range"
    assert race.refusal(AddEntry(EntryId("e"), DRIVER, 100_000)) == "number_out_of_range"
    race.ask(AddEntry(EntryId("e"), DRIVER, 41))
    assert race.ask(AddEntry(EntryId("f"), DRIVER, None)) == (EntryAdded(EntryId("f"), DRIVER, 42),)


def test_numbers_are_known_without_asking_every_entry() -> None:
    """It should find taken and next numbers from the state's own record, not from the entries."""
    race = planned_race(2)
    race.ask(AddEntry(EntryId("e"), DRIVER, 99_999))
    assert race.state.taken_numbers == 1 << 1 | 1 << 2 | 1 << 99_999
    assert race.refusal(AddEntry(EntryId("f"), DRIVER, 99_999)) == "number_taken"
    assert race.refusal(AddEntry(EntryId("f"), DRIVER, None)) == "number_out_of_range"
    far = EntryAdded(EntryId("far"), DRIVER, 2**62)
    recorded = Recorded(race.state.stream, race.state.seq + 1, 0, "", "", None, far)
    assert reduce(race.state, recorded).taken_numbers == race.state.taken_numbers


def test_an_entry_has_drivers() -> None:
    """It should be a driver or a team of different drivers, added once."""
    race = planned_race()
    assert race.refusal(AddEntry(ENTRY, DRIVER, None)) == "entry_exists"
    assert race.refusal(AddEntry(EntryId("e"), (), None)) == "no_driver"
    assert race.refusal(AddEntry(EntryId("e"), DRIVER * 2, None)) == "driver_repeated"


def test_an_entry_belongs_to_groups() -> None:
    """It should be added with its region, class and team, and be put into others later."""
    race = planned_race()
    groups = ("North", "Open", TeamId("team-1"))
    race.ask(AddEntry(EntryId("entry-2"), DRIVER, None, *groups))
    entry = entry_of(race, 2)
    assert (entry.region, entry.class_name, entry.team_id) == groups
    assert race.refusal(GroupEntry(EntryId("entry-2"), *groups)) == "entry_unchanged"
    assert race.refusal(GroupEntry(NOBODY, *groups)) == "unknown_entry"
    race.ask(GroupEntry(EntryId("entry-2"), "South", None, None))
    entry = entry_of(race, 2)
    assert (entry.region, entry.class_name, entry.team_id) == ("South", None, None)


def test_an_entry_checks_in_and_out() -> None:
    """It should be noted as here once at a time, and never while it is withdrawn."""
    race = planned_race()
    assert race.refusal(CheckOutEntry(ENTRY)) == "entry_not_checked_in"
    race.ask(CheckInEntry(ENTRY))
    assert entry_of(race).is_checked_in
    assert race.refusal(CheckInEntry(ENTRY)) == "entry_checked_in"
    race.ask(CheckOutEntry(ENTRY))
    assert not entry_of(race).is_checked_in
    race.ask(WithdrawEntry(ENTRY))
    assert race.refusal(CheckInEntry(ENTRY)) == "entry_withdrawn"
    assert race.refusal(CheckInEntry(NOBODY)) == "unknown_entry"


def test_a_withdrawn_entry_is_not_called() -> None:
    """It should get no further heats, and those it has are passed over, until it is reinstated."""
    race = planned_race(2)
    assert race.refusal(ReinstateEntry(ENTRY)) == "entry_not_withdrawn"
    race.ask(WithdrawEntry(ENTRY))
    assert race.refusal(WithdrawEntry(ENTRY)) == "entry_withdrawn"
    assert race.refusal(WithdrawEntry(NOBODY)) == "unknown_entry"
    assert race.refusal(PlanHeat(HeatId("h"), STAGE, (ENTRY,))) == "entry_withdrawn"
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-2")),)
    race.ask(StopHeat(HeatId("heat-2")))
    race.ask(ReinstateEntry(ENTRY))
    assert race.state.queue == (HeatId("heat-2"), HeatId("heat-1"))
    race.ask(PlanHeat(HeatId("h"), STAGE, (ENTRY,)))


def test_withdrawing_at_the_line_stands_the_heat_down() -> None:
    """It should leave the line when it withdraws; on track it is stopped first."""
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


def test_who_shares_a_heat_under_way_may_withdraw() -> None:
    """It should leave the run of who withdraws as it is, where others go on without them."""
    race = planned_race(2, replace(OPTIONS, cars_max=2))
    shared = HeatId("shared")
    race.ask(PlanHeat(shared, STAGE, (ENTRY, EntryId("entry-2"))))
    race.at(10_000).ask(CallNextHeat(shared))
    race.ask(StartHeat(shared))
    runs = race.score("shared").runs
    assert race.at(12_000).ask(WithdrawEntry(ENTRY)) == (EntryWithdrawn(ENTRY),)
    assert race.ask(WithdrawEntry(EntryId("entry-2"))) == (EntryWithdrawn(EntryId("entry-2")),)
    assert race.state.active_heat_id == shared
    assert race.score("shared").runs == runs


def test_drivers_are_substituted() -> None:
    """It should name the new drivers, remember who drove before, and let them come back."""
    race = planned_race()
    command = SubstituteDrivers(ENTRY, DRIVER, "broke a finger")
    race.ask(command)
    assert entry_of(race).driver_ids == DRIVER
    assert entry_of(race).former_driver_ids == ("driver-1",)
    assert race.refusal(command) == "entry_unchanged"
    assert race.refusal(replace(command, driver_ids=())) == "no_driver"
    assert race.refusal(replace(command, driver_ids=DRIVER * 2)) == "driver_repeated"
    assert race.refusal(replace(command, entry_id=NOBODY)) == "unknown_entry"
    race.ask(replace(command, driver_ids=(DriverId("driver-1"),)))
    assert entry_of(race).former_driver_ids == DRIVER
    race.ask(WithdrawEntry(ENTRY))
    assert race.refusal(command) == "entry_withdrawn"


def test_a_guests_car_is_declared_and_taken_back() -> None:
    """It should be noted once, also in mid-event, and be no news twice."""
    race = planned_race(1)
    assert race.ask(DeclareCar(ENTRY, is_timed_only=True)) == (
        EntryCarDeclared(ENTRY, is_timed_only=True),
    )
    assert entry_of(race).is_timed_only
    assert race.refusal(DeclareCar(ENTRY, is_timed_only=True)) == "entry_unchanged"
    assert race.ask(DeclareCar(ENTRY, is_timed_only=False)) == (
        EntryCarDeclared(ENTRY, is_timed_only=False),
    )
    assert not entry_of(race).is_timed_only
    assert race.refusal(DeclareCar(NOBODY, is_timed_only=True)) == "unknown_entry"
