"""Which laps of an event's log are real ones of a model."""

from tests.timing_server.rules.scripted_race import STAGE, running_race
from tests.timing_server.rules.virtual.league import virtual_race
from timing_server.contract.machines.library import EventLaps, RealLaps
from timing_server.rules.commands.heats import AbandonHeat
from timing_server.rules.commands.plan import EquipRun, LayTrack
from timing_server.rules.commands.rulings import VoidLap
from timing_server.rules.state.plan import LaidTrack
from timing_server.rules.units import CarId, EntryId, HeatId, RulingId
from timing_server.service.models.real_laps import Driven, best_on, driven_laps

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
        (FAST, None): Driven(2, 7 * S, 15 * S),
        (SLOW, None): Driven(1, 9 * S, 9 * S),
    }
    race.ask(VoidLap(RulingId("r1"), slow_one, "cut a corner"))
    assert driven_laps(race.state)[FAST, None] == Driven(1, 8 * S, 8 * S)


def test_laps_are_those_of_the_track_that_the_stage_names() -> None:
    """It should tell laps by the stage's track, as it was corrected last."""
    race = running_race()
    race.ask(LayTrack(STAGE, "oval", "0" * 64))
    race.ask(EquipRun(HEAT, ENTRY, CAR, FAST))
    for at_ms in (12_000, 20_000):
        race.crossing(at_ms)
    driven = Driven(1, 8 * S, 8 * S)
    assert driven_laps(race.state) == {(FAST, LaidTrack("oval", "0" * 64)): driven}
    race.ask(LayTrack(STAGE, "esses", "e" * 64, "another one lay there"))
    assert driven_laps(race.state) == {(FAST, LaidTrack("esses", "e" * 64)): driven}


def test_the_best_lap_on_a_track_is_that_of_all_events_on_it() -> None:
    """It should look at no other track, and tell laps apart whose track nobody told."""

    def laps(track_sha256: str | None, best_us: int) -> EventLaps:
        return EventLaps(
            event_id="league",
            name="League",
            track_sha256=track_sha256,
            made_utc="2026-11-01",
            laps=1,
            best_us=best_us,
            mean_us=best_us,
        )

    events = (laps("0" * 64, 9), laps("0" * 64, 8), laps("e" * 64, 7), laps(None, 6))
    real = RealLaps(laps=4, best_us=6, mean_us=7, events=events)
    assert [best_on(real, each) for each in ("0" * 64, "e" * 64, "a" * 64, None)] == [8, 7, None, 6]
    assert best_on(None, "0" * 64) is None


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
