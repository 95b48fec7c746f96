"""Holding, slowing and letting go a run's car, and beside which lap each of it stands."""

import pytest

from tests.timing_server.rules.scripted_race import ScriptedRace, ms, planned_race, running_race
from timing_server.rules.commands.driving import HoldRun, LimitSpeed, NoteContactLost, ReleaseRun
from timing_server.rules.commands.heats import CallNextHeat, StopHeat
from timing_server.rules.facts.driving import RunHeld, RunReleased, SpeedLimited
from timing_server.rules.facts.rulings import OffTrackMarked
from timing_server.rules.orders.driving import run_driving
from timing_server.rules.scoring.controls import controls_by_lap
from timing_server.rules.units import EntryId, HeatId, RulingId

HEAT, ENTRY = HeatId("heat-1"), EntryId("entry-1")
GO = ReleaseRun(HEAT, ENTRY)


def hold(cause: str = "stop", ruling: str = "r1") -> HoldRun:
    return HoldRun(RulingId(ruling), HEAT, ENTRY, cause)


def driving(race: ScriptedRace) -> tuple[bool, str | None, int]:
    heat = race.state.heats[HEAT]
    told = run_driving(race.state, heat, heat.runs[ENTRY])
    return told.go_race_ns is not None, told.held, told.speed_pct


def test_a_car_is_held_until_go() -> None:
    """It should hold the car from the tap on, and let it go again once."""
    race = running_race().at(12_000)
    assert driving(race) == (True, None, 100)
    assert race.ask(hold()) == (RunHeld(HEAT, ENTRY, "stop"),)
    assert driving(race) == (False, "stop", 100)
    assert race.refusal(hold()) == "run_held"
    assert race.at(14_000).ask(GO) == (RunReleased(HEAT, ENTRY),)
    assert driving(race) == (True, None, 100)
    assert race.refusal(GO) == "run_not_held"


def test_each_go_is_another_one() -> None:
    """It should say anew since when the car may drive, so that no old leave comes back."""
    race = running_race().at(12_000)
    race.ask(hold())
    race.at(14_000).ask(GO)
    heat = race.state.heats[HEAT]
    assert run_driving(race.state, heat, heat.runs[ENTRY]).go_race_ns == ms(14_000)


def test_a_car_that_was_lost_is_held_until_go() -> None:
    """It should hold it by its own word, once, and let it go as any other."""
    race = running_race().at(12_000)
    lost = NoteContactLost(HEAT, ENTRY)
    assert race.ask(lost) == (RunHeld(HEAT, ENTRY, "contact_lost"),)
    assert driving(race) == (False, "contact_lost", 100)
    assert race.ask(lost) == ()
    race.at(14_000).ask(GO)
    assert driving(race) == (True, None, 100)


def test_a_lost_car_of_a_heat_that_is_over_holds_nothing() -> None:
    """It should make no fact, and refuse nothing to a car that only reports."""
    race = running_race().at(12_000)
    race.ask(StopHeat(HEAT))
    assert race.ask(NoteContactLost(HEAT, ENTRY)) == ()
    assert race.ask(NoteContactLost(HeatId("none"), ENTRY)) == ()


def test_off_track_is_counted_and_holds() -> None:
    """It should count once, however often the thumb comes down, and hold the car."""
    race = running_race()
    race.crossing(12_000)
    assert race.at(15_000).ask(hold("off_track")) == (
        OffTrackMarked(RulingId("r1"), HEAT, ENTRY, ms(15_000)),
        RunHeld(HEAT, ENTRY, "off_track"),
    )
    assert race.refusal(hold("off_track", "r2")) == "run_held"
    assert race.refusal(hold("stop")) == "run_held"
    race.at(17_000).ask(GO)
    race.crossing(22_000)
    assert [lap.off_tracks for lap in race.run().laps] == [1]
    assert race.laps_ms() == [10_000]


def test_a_stopped_car_may_be_found_off_the_track() -> None:
    """It should count a car that somebody stopped first, and leave it held."""
    race = running_race().at(12_000)
    race.ask(hold("stop"))
    race.ask(hold("off_track"))
    assert driving(race) == (False, "off_track", 100)


def test_nobody_is_off_the_track_before_the_start() -> None:
    """It should hold a car at the line, yet count nothing there."""
    race = planned_race(1).at(1_000)
    race.ask(CallNextHeat())
    assert race.refusal(hold("off_track")) in {"heat_not_started", "heat_not_running"}
    race.ask(hold("stop"))
    assert driving(race) == (False, "stop", 100)


def test_speed_is_limited_in_per_cent() -> None:
    """It should take 0 to 100 and keep the newest, whether the car is held or not."""
    race = running_race().at(12_000)
    assert race.ask(LimitSpeed(HEAT, ENTRY, 60)) == (SpeedLimited(HEAT, ENTRY, 60),)
    race.ask(hold())
    race.ask(LimitSpeed(HEAT, ENTRY, 45))
    race.ask(GO)
    assert driving(race) == (True, None, 45)
    for pct in (-1, 101):
        assert race.refusal(LimitSpeed(HEAT, ENTRY, pct)) == "option_out_of_range"


@pytest.mark.parametrize("command", [hold(), GO, LimitSpeed(HEAT, ENTRY, 50)])
def test_only_cars_between_call_and_end_are_reached(
    command: HoldRun | ReleaseRun | LimitSpeed,
) -> None:
    """It should refuse what can reach no car."""
    race = planned_race(2).at(1_000)
    assert race.refusal(command) == "heat_not_called"
    done = running_race().at(12_000)
    done.ask(StopHeat(HEAT))
    assert done.refusal(command) == "heat_finished"


def test_what_there_is_no_name_for_is_refused() -> None:
    """It should know its causes and the heat's entries."""
    race = running_race().at(12_000)
    assert race.refusal(hold("bored")) == "unknown_cause"
    assert race.refusal(HoldRun(RulingId("r"), HEAT, EntryId("x"), "stop")) == "unknown_entry"


def test_each_change_stands_beside_its_lap() -> None:
    """It should stand beside the lap during which it came, the first where it came before."""
    race = running_race().at(11_000)
    race.ask(LimitSpeed(HEAT, ENTRY, 70), actor="driver-7")
    race.crossing(12_000)
    first = race.crossing(20_000)
    race.at(22_000).ask(hold())
    race.at(24_000).ask(GO)
    second = race.crossing(30_000)
    race.at(31_000).ask(LimitSpeed(HEAT, ENTRY, 80))
    beside = controls_by_lap(race.state.heats[HEAT], race.run())
    assert {ref: [each.kind for each in found] for ref, found in beside.items()} == {
        first: ["speed"],
        second: ["stop", "go"],
        None: ["speed"],
    }
    (speed,) = beside[first]
    assert (speed.speed_pct, speed.actor, speed.race_ns) == (70, "driver-7", ms(11_000))
