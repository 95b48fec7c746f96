from dataclasses import replace

from tests.timing_server.rules.scripted_race import (
    ScriptedRace,
    ms,
    planned_race,
)
from timing_server.rules.commands.heats import ArmHeat, CallNextHeat, StartHeat, StopHeat
from timing_server.rules.commands.plan import EquipRun, WithdrawEntry
from timing_server.rules.facts.heats import HeatArmed, HeatCalled, HeatStarted, HeatStoodDown
from timing_server.rules.facts.plan import HeatsReordered
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.units import CarId, EntryId, HeatId

HEAT = HeatId("heat-1")


def test_heats_are_called_in_order_and_one_at_a_time() -> None:
    """The first scheduled heat is called, and no other one until it is over."""
    race = planned_race(2)
    assert race.ask(CallNextHeat()) == (HeatCalled(HEAT),)
    assert race.refusal(CallNextHeat()) == "heat_called"
    race.ask(StartHeat(HEAT))
    assert race.refusal(CallNextHeat()) == "heat_running"
    race.ask(StopHeat(HEAT))
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-2")),)
    race.ask(StartHeat(HeatId("heat-2")))
    race.ask(StopHeat(HeatId("heat-2")))
    assert race.refusal(CallNextHeat()) == "no_heat_scheduled"


def test_only_a_called_heat_starts() -> None:
    """A heat starts once, from the line, at the instant of the command."""
    race = planned_race(2).at(9_000)
    assert race.refusal(StartHeat(HEAT)) == "heat_not_called"
    assert race.refusal(StartHeat(HeatId("nowhere"))) == "unknown_heat"
    race.ask(CallNextHeat())
    assert race.refusal(StartHeat(HeatId("heat-2"))) == "heat_not_called"
    assert race.ask(StartHeat(HEAT)) == (HeatStarted(HEAT, ms(9_000)),)
    assert race.refusal(StartHeat(HEAT)) == "heat_running"
    race.ask(StopHeat(HEAT))
    assert race.refusal(StartHeat(HEAT)) == "heat_finished"


def test_a_heat_called_by_mistake_goes_back() -> None:
    """Stopping a called heat sends it back to the head of the queue."""
    race = planned_race(2)
    race.ask(CallNextHeat())
    assert race.ask(StopHeat(HEAT)) == (HeatStoodDown(HEAT),)
    assert race.refusal(StopHeat(HEAT)) == "heat_not_running"
    assert race.ask(CallNextHeat()) == (HeatCalled(HEAT),)


def test_running_a_heat_needs_an_open_event() -> None:
    """Heats run only while the event owns the gates."""
    fresh = ScriptedRace()
    fresh.append(*[each.fact for each in planned_race().log if "Opened" not in str(each.fact)])
    for command in (CallNextHeat(), StartHeat(HEAT), StopHeat(HEAT)):
        assert fresh.refusal(command) == "event_not_open"


def test_a_run_is_equipped_until_its_end() -> None:
    """Car and model may change before and during the run, not after it."""
    race = planned_race(2)
    command = EquipRun(HEAT, EntryId("entry-1"), CarId("car-1"), None)
    assert race.refusal(replace(command, heat_id=HeatId("x"))) == "unknown_heat"
    assert race.refusal(replace(command, entry_id=EntryId("entry-2"))) == "unknown_entry"
    race.ask(command)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HEAT))
    race.ask(replace(command, car_id=CarId("car-2")))
    race.ask(StopHeat(HEAT))
    assert race.refusal(command) == "heat_finished"


def test_the_queue_says_who_is_next() -> None:
    """The head of the queue is called, in whatever order heats were planned; or the one named."""
    race = planned_race(3)
    race.append(HeatsReordered((HeatId("heat-3"), HEAT)))
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-3")),)
    race.ask(StopHeat(HeatId("heat-3")))
    assert race.ask(CallNextHeat(HeatId("heat-2"))) == (HeatCalled(HeatId("heat-2")),)
    race.ask(StartHeat(HeatId("heat-2")))
    race.ask(StopHeat(HeatId("heat-2")))
    assert race.refusal(CallNextHeat(HeatId("heat-2"))) == "heat_finished"
    assert race.refusal(CallNextHeat(HeatId("nowhere"))) == "unknown_heat"


def test_a_heat_without_anybody_is_not_called() -> None:
    """A heat whose entries have all left is passed over, and refused where it is named."""
    race = planned_race(2)
    race.ask(WithdrawEntry(EntryId("entry-1")))
    assert race.refusal(CallNextHeat(HEAT)) == "no_entry_left"
    assert race.ask(CallNextHeat()) == (HeatCalled(HeatId("heat-2")),)


def test_arming() -> None:
    """A called heat is armed once; it can be sent back, or started by hand."""
    race = planned_race()
    assert race.refusal(ArmHeat(HEAT)) == "heat_not_called"
    race.ask(CallNextHeat())
    assert race.at(9_000).ask(ArmHeat(HEAT)) == (HeatArmed(HEAT, ms(9_000)),)
    assert race.refusal(ArmHeat(HEAT)) == "heat_armed"
    assert race.ask(StopHeat(HEAT)) == (HeatStoodDown(HEAT),)
    heat = race.state.heats[HEAT]
    assert (heat.phase, heat.armed_race_ns) == (HeatPhase.SCHEDULED, None)
    assert race.state.queue == (HEAT,)
    race.ask(CallNextHeat())
    race.ask(ArmHeat(HEAT))
    race.ask(StartHeat(HEAT))
    assert race.refusal(ArmHeat(HEAT)) == "heat_running"
