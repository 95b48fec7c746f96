"""Which laps of an event's log are real ones of a model."""

from tests.timing_server.rules.scripted_race import running_race
from tests.timing_server.rules.virtual.league import virtual_race
from timing_server.rules.commands.heats import AbandonHeat
from timing_server.rules.commands.plan import EquipRun
from timing_server.rules.commands.rulings import VoidLap
from timing_server.rules.units import CarId, EntryId, HeatId, RulingId
from timing_server.service.models.real_laps import Driven, driven_laps

HEAT, ENTRY, CAR = HeatId("heat-1"), EntryId("entry-1"), CarId("blue")
FAST, SLOW = "f" * 64, "5" * 64
S = 1_000_000


def test_each_model_has_the_laps_that_closed_with_it() -> None:
    """It should count by what was in force at each lap's end, and heed rulings."""
    race = running_race()
    race.ask(EquipRun(HEAT, ENTRY, CAR, FAST))
    for at_ms in (12_000, 20_000):
        race.crossing(at_ms)
    slow_one = race.crossing(27_000)
    race.at(28_000).ask(EquipRun(HEAT, ENTRY, CAR, SLOW))
    race.crossing(36_000)
    assert driven_laps(race.state) == {
        FAST: Driven(2, 7 * S, 15 * S),
        SLOW: Driven(1, 9 * S, 9 * S),
    }
    race.ask(VoidLap(RulingId("r1"), slow_one, "cut a corner"))
    assert driven_laps(race.state)[FAST] == Driven(1, 8 * S, 8 * S)


def test_an_abandoned_heat_has_none() -> None:
    """It should count nothing of a heat of which nothing counts."""
    race = running_race()
    race.ask(EquipRun(HEAT, ENTRY, CAR, FAST))
    for at_ms in (12_000, 20_000):
        race.crossing(at_ms)
    race.ask(AbandonHeat(HEAT, "a flat tyre"))
    assert driven_laps(race.state) == {}


def test_a_run_without_a_model_has_none() -> None:
    """It should count for nobody what nobody knows the model of."""
    race = running_race()
    for at_ms in (12_000, 20_000):
        race.crossing(at_ms)
    assert driven_laps(race.state) == {}


def test_what_was_simulated_is_not_real() -> None:
    """It should leave out a virtual stage's runs, which are heats like any other."""
    race = virtual_race()
    race.ask(race.submit("one"))
    race.ask(race.record("one", 1.0, 9.0))
    assert driven_laps(race.state) == {}
