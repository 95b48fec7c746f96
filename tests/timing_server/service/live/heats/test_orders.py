"""What cars are told in each phase of a heat."""

from dataclasses import replace

from tests.timing_server.rules.answers.heats.test_ends import practice_race
from tests.timing_server.rules.scripted_race import (
    OPTIONS,
    ScriptedRace,
    loaded,
    ms,
    planned_race,
)
from timing_server.rules.commands.heats import (
    AbandonHeat,
    ArmHeat,
    BringIn,
    CallNextHeat,
    PauseHeat,
    ResumeHeat,
    SendOut,
    StartHeat,
    StopHeat,
)
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.units import CarId, EntryId, HeatId
from timing_server.service.live.heats import orders as subject

HEAT, ENTRY = HeatId("heat-1"), EntryId("entry-1")
READY = (loaded("red", "ab" * 32),)


def told(race: ScriptedRace) -> tuple[str, list[bool]]:
    """Return the phase that devices hear, and which runs may drive."""
    order = subject.heat_order(race.state)
    return order.phase, [each.is_go for each in order.runs]


def called(start_mode: str) -> ScriptedRace:
    """Return a race whose first heat, with a car, is at the line."""
    race = planned_race(1, replace(OPTIONS, start_mode=start_mode)).at(1_000)
    race.ask(EquipRun(HEAT, ENTRY, CarId("red"), "ab" * 32))
    race.ask(CallNextHeat())
    return race


def test_a_car_drives_while_its_heat_runs() -> None:
    """It should let the car drive from the start to the end, but not during a pause."""
    race = called("hand")
    assert told(race) == ("called", [False])
    race.ask(ArmHeat(HEAT, READY))
    assert told(race) == ("armed", [False])
    race.at(5_000).ask(StartHeat(HEAT, cars=READY))
    assert told(race) == ("running", [True])
    order = subject.heat_order(race.state)
    assert (order.car_id, order.starts_us) == ("red", 5_000_000)
    assert order.run_of("red") == order.runs[0]
    assert order.run_of("blue") is None
    race.ask(PauseHeat(HEAT, "pause"))
    assert told(race) == ("paused", [False])
    race.ask(ResumeHeat(HEAT))
    race.ask(StopHeat(HEAT))
    assert told(race) == ("finished", [False])


def test_an_armed_heat_lets_cars_cross_the_line() -> None:
    """It should let the car drive before the start where its first crossing is the start."""
    race = called("first_crossing")
    race.ask(ArmHeat(HEAT, READY))
    assert told(race) == ("armed", [True])


def test_before_the_go_nobody_drives() -> None:
    """It should make of a start that lies ahead an order that holds the cars."""
    race = called("lights")
    race.ask(StartHeat(HEAT, cars=READY))
    order = subject.heat_order(race.state)
    assert (order.phase, order.starts_us) == ("running", 6_000_000)
    held = subject.before_go(order)
    assert (held.phase, [each.is_go for each in held.runs]) == ("armed", [False])


def test_an_abandoned_heat_wants_nothing() -> None:
    """It should stop the cars of a heat that was abandoned, as where there is none."""
    race = called("hand")
    race.ask(StartHeat(HEAT, cars=READY))
    race.ask(AbandonHeat(HEAT, "", HeatId("again")))
    assert told(race) == ("idle", [])
    assert subject.heat_order(None).phase == "idle"


def test_in_practice_only_who_was_sent_out_drives() -> None:
    """It should let entries drive from being sent out until they are brought in."""
    race = practice_race()
    practice = HeatId("practice")
    assert told(race) == ("running", [])
    race.ask(SendOut(practice, ENTRY))
    race.at(2_000).ask(BringIn(practice, ENTRY))
    race.ask(SendOut(practice, EntryId("entry-2")))
    assert told(race) == ("running", [False, True])
    assert subject.heat_order(race.state).entry_id == "entry-2"
    assert race.state.race_ns == ms(2_000)
