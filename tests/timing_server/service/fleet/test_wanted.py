from tests.timing_server.rules.scripted_race import ScriptedRace, planned_race
from timing_server.rules.commands.heats import CallNextHeat, StopHeat
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.commands.running_order import RemoveHeat
from timing_server.rules.units import CarId, EntryId, HeatId
from timing_server.service.fleet.wanted import RUNS_AHEAD, wanted_runs

RED, BLUE = CarId("red"), CarId("blue")


def equip(race: ScriptedRace, number: int, car_id: CarId, model: str | None) -> None:
    heat_id, entry_id = HeatId(f"heat-{number}"), EntryId(f"entry-{number}")
    race.ask(EquipRun(heat_id, entry_id, car_id, model))


def test_the_heat_at_the_line_comes_first_and_the_queue_behind_it() -> None:
    """It should name the car's own runs alone, whatever other cars drive with."""
    race = planned_race(3)
    equip(race, 1, RED, "a" * 64)
    equip(race, 2, BLUE, "b" * 64)
    equip(race, 3, RED, None)
    assert [each.model_sha256 for each in wanted_runs(race.state, RED)] == ["a" * 64, None]
    race.ask(CallNextHeat())
    assert [each.heat.number for each in wanted_runs(race.state, RED)] == [1, 3]
    assert [each.model_sha256 for each in wanted_runs(race.state, BLUE)] == ["b" * 64]
    race.ask(StopHeat(HeatId("heat-1")))
    race.ask(RemoveHeat(HeatId("heat-1")))
    assert [each.heat.number for each in wanted_runs(race.state, RED)] == [3]


def test_a_car_looks_a_few_heats_ahead() -> None:
    """It should be told of so many runs, and of none without an event."""
    race = planned_race(RUNS_AHEAD + 3)
    for number in range(1, RUNS_AHEAD + 4):
        equip(race, number, RED, "a" * 64)
    assert len(wanted_runs(race.state, RED)) == RUNS_AHEAD
    assert wanted_runs(None, RED) == []


def test_the_newest_equipment_counts() -> None:
    """It should leave a car out that was exchanged for another one."""
    race = planned_race(1)
    equip(race, 1, RED, "a" * 64)
    race.at(10)
    equip(race, 1, BLUE, "b" * 64)
    assert wanted_runs(race.state, RED) == []
    assert [each.model_sha256 for each in wanted_runs(race.state, BLUE)] == ["b" * 64]
