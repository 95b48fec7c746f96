"""Penalties, under each format: on a lap that time is part of the lap, on a run of its value."""

from dataclasses import replace

import pytest

from tests.timing_server.formats.driving import (
    WIDE,
    drive_next,
    driven,
    punish,
    table,
    values_ms,
)
from tests.timing_server.rules.scripted_race import ScriptedRace, planned_race
from timing_server.rules.commands.heats import CallNextHeat, StartHeat
from timing_server.rules.commands.rulings import MarkOffTrack, MarkReset, ReverseRuling
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, RulingId

LAPS = [6_000, 7_000, 8_000]
#: The value of those laps, with 1 s on the first lap, and with 1 s on the run.
VALUES = {
    "time_trial": (6_000, 7_000, 7_000),
    "best_mean": (7_000, 7_333, 8_000),
    "mean_of_all": (7_000, 7_333, 8_000),
    "total_time": (21_000, 22_000, 22_000),
    "most_laps": (21_000, 22_000, 22_000),
}


@pytest.mark.parametrize("format_name", VALUES)
def test_a_penalty_is_part_of_the_lap_or_of_the_run(format_name: str) -> None:
    """A lap ranks with its penalty; a run's penalty is added to the best lap, the mean or the
    total that the run is worth.
    """
    plain, on_lap, on_run = VALUES[format_name]
    race = driven(format_name, LAPS)
    assert values_ms(race) == [plain]
    punish(race, 1, 1_000, lap=1)
    assert values_ms(race) == [on_lap]
    race.ask(ReverseRuling(RulingId("back"), None, "not theirs"))
    punish(race, 1, 1_000)
    assert values_ms(race) == [on_run]


@pytest.mark.parametrize("format_name", VALUES)
def test_a_penalty_costs_the_place(format_name: str) -> None:
    """Who is faster on track by less than the penalty stands behind."""
    race = driven(format_name, LAPS, [lap_ms + 400 for lap_ms in LAPS])
    assert table(race) == [(1, "1"), (2, "2")]
    punish(race, 1, 2_000)
    assert table(race) == [(1, "2"), (2, "1")]


def marked(options: HeatOptions, *, resets: int, off_tracks: int) -> ScriptedRace:
    """Return a race of laps of 6, 7 and 8 s, with so many incidents in the first lap."""
    race = planned_race(1, options).at(1_000)
    race.ask(CallNextHeat())
    race.ask(StartHeat(HeatId("heat-1")))
    race.crossing(2_000)
    for number in range(resets + off_tracks):
        race.at(3_000 + number)
        kind = MarkReset if number < resets else MarkOffTrack
        where = HeatId("heat-1"), EntryId("entry-1")
        race.ask(kind(RulingId(f"mark-{number}"), *where, None))
    for at_ms in (8_000, 15_000, 23_000):
        race.crossing(at_ms)
    return race


def test_off_tracks_and_resets_cost_what_the_stage_says() -> None:
    """Each off-track and each reset adds its own time to the lap in which it happened."""
    options = replace(WIDE, off_track_penalty_ns=2 * NS_PER_S, reset_penalty_ns=5 * NS_PER_S)
    laps_ms = [
        lap // 10**6 for lap in marked(options, resets=1, off_tracks=2).standings()[0].laps_ns
    ]
    assert laps_ms == [6_000 + 5_000 + 2 * 2_000, 7_000, 8_000]


def test_a_lap_with_too_many_incidents_does_not_count() -> None:
    """A lap with more off-tracks and resets together than the limit is invalid; as many are not."""
    options = replace(WIDE, incidents_max=2)
    assert len(marked(options, resets=1, off_tracks=1).standings()[0].laps_ns) == 3
    assert len(marked(options, resets=1, off_tracks=2).standings()[0].laps_ns) == 2


def test_a_penalty_ranks_truncated_with_its_lap() -> None:
    """Lap and penalty are added first, and truncated together."""
    race = planned_race(1, replace(WIDE, resolution_ns=10 * 10**6)).at(1_000)
    drive_next(race, [6_009])
    punish(race, 1, 4, lap=1)
    assert values_ms(race) == [6_010]
