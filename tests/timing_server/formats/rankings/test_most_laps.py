from tests.timing_server.formats.driving import decided, drive_again, driven, table, values_ms
from tests.timing_server.rules.scripted_race import ms

FORMAT = "most_laps"


def test_the_most_laps_rank_then_the_time() -> None:
    """More valid laps in one run stand higher, however slow; equal numbers by their total time."""
    race = driven(FORMAT, [5_000] * 2, [9_000] * 3, [5_100, 4_800], [])
    assert table(race) == [(1, "2"), (2, "3"), (3, "1"), (4, "4")]
    rows = race.standings()
    assert [each.value_laps for each in rows] == [3, 2, 2, None]
    assert values_ms(race) == [27_000, 9_900, 10_000, None]
    assert decided(race) == [None, "total_time", "total_time", None]
    assert [(each.gap_ns, each.gap_laps) for each in rows[:3]] == [(0, None), (None, 1), (None, 1)]
    assert (rows[2].interval_ns, rows[2].interval_laps) == (ms(100), None)


def test_void_laps_are_not_counted() -> None:
    """A void lap is neither counted nor added."""
    race = driven(FORMAT, [5_000] * 3, [9_000] * 3, void=[(1, 2)])
    assert table(race) == [(1, "2"), (2, "1")]
    assert values_ms(race) == [27_000, 10_000]


def test_the_best_run_counts() -> None:
    """Of several runs the one with the most laps counts; laps of two runs are never added."""
    race = driven(FORMAT, [5_000] * 2, [6_000] * 3)
    drive_again(race, 1, [5_000] * 2)
    assert table(race) == [(1, "2"), (2, "1")]
    drive_again(race, 1, [5_000] * 4)
    assert table(race) == [(1, "1"), (2, "2")]


def test_equal_laps_and_times_are_told_apart_by_the_best_laps() -> None:
    """Equal laps in equal time are told apart by the best lap, then the second-best, and so on."""
    race = driven(FORMAT, [6_000, 6_000], [5_000, 7_000])
    assert table(race) == [(1, "2"), (2, "1")]
    assert decided(race) == ["best_lap", "best_lap"]
