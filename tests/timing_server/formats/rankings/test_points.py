from dataclasses import replace

import pytest

from tests.timing_server.formats.driving import WIDE, decided, drive_next, table
from tests.timing_server.rules.scripted_race import STAGE, ScriptedRace, planned_race
from timing_server.formats.rankings.points import DEFAULT_POINTS
from timing_server.rules.commands.plan import PlanHeat
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.units import EntryId, HeatId

FORMAT = "points"


def rounds(*results: list[list[int]], options: HeatOptions = WIDE) -> ScriptedRace:
    """Return a race of rounds, in each of which every entry drove a list of laps (ms)."""
    entries = len(results[0])
    race = planned_race(entries, options, FORMAT).at(1_000)
    for laps_ms in results[0]:
        drive_next(race, laps_ms)
    for round_number, runs in enumerate(results[1:], 2):
        for number, laps_ms in enumerate(runs, 1):
            heat_id = HeatId(f"heat-{round_number}-{number}")
            entry_ids = (EntryId(f"entry-{number}"),)
            race.ask(PlanHeat(heat_id, STAGE, entry_ids, round_number=round_number))
            drive_next(race, laps_ms)
    return race


def points(race: ScriptedRace) -> list[int | None]:
    return [each.value_points for each in race.standings()]


def test_places_of_each_round_are_worth_points_that_add_up() -> None:
    """Each round's places are worth the table's points, and the points of all rounds add up."""
    race = rounds([[6_000], [7_000], [8_000]], [[9_000], [7_000], [8_000]])
    assert table(race) == [(1, "2"), (2, "1"), (3, "3")]
    assert points(race) == [18 + 25, 25 + 15, 15 + 18]
    assert [each.gap_points for each in race.standings()] == [0, 3, 10]
    assert [each.interval_points for each in race.standings()] == [0, 3, 7]


def test_the_table_of_points_can_be_ones_own() -> None:
    """A stage's own table replaces the format's; places beyond it are worth nothing."""
    race = rounds([[6_000], [7_000], [8_000]], options=replace(WIDE, points=(3, 1)))
    assert points(race) == [3, 1, 0]


def test_equal_places_are_worth_the_same() -> None:
    """Who shares a place gets its points; the next place is skipped."""
    race = rounds([[6_000], [6_000], [7_000]])
    assert points(race) == [DEFAULT_POINTS[0], DEFAULT_POINTS[0], DEFAULT_POINTS[2]]
    assert table(race) == [(1, "1"), (1, "2"), (3, "3")]


def test_who_has_no_lap_gets_nothing() -> None:
    """A run without a valid lap has no place, and stands behind every place without points."""
    race = rounds([[], [9_000], [8_000]], options=replace(WIDE, points=(3,)))
    assert points(race) == [3, 0, None]
    assert [each.has_value for each in race.standings()] == [True, True, False]


@pytest.mark.parametrize(
    ("results", "decisive"),
    [
        ([[[6_000], [7_000]], [[7_000], [6_000]], [[6_000], [6_000]]], None),
        ([[[6_000], [7_000]], [[7_000], [5_900]]], "best_lap"),
    ],
)
def test_equal_points_are_told_apart_by_the_best_laps(
    results: list[list[list[int]]], decisive: str | None
) -> None:
    """Equal points with equal places are told apart by the best laps."""
    assert decided(rounds(*results)) == [decisive, decisive]


def test_more_wins_beat_more_second_places() -> None:
    """Equal points are told apart by more first places, then by more second ones."""
    options = replace(WIDE, points=(2, 1))
    race = rounds([[6_000], [7_000], [9_000]], [[9_000], [7_000], [6_000]], options=options)
    assert points(race) == [2, 2, 2]
    assert table(race)[-1] == (3, "2")
    assert decided(race)[-1] == "better_places"


def test_a_round_is_decided_by_the_match_format() -> None:
    """The stage says what decides a round: here the total, not the best lap."""
    options = replace(WIDE, match_format="total_time", laps_n=2)
    race = rounds([[5_000, 9_000], [6_000, 6_000]], options=replace(options))
    assert table(race) == [(1, "2"), (2, "1")]
