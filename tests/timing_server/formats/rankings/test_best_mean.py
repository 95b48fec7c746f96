from tests.timing_server.formats.driving import decided, drive_again, driven, table, values_ms
from tests.timing_server.rules.scripted_race import ms

FORMAT = "best_mean"


def test_the_best_mean_of_consecutive_laps_ranks() -> None:
    """The smallest mean of N laps in a row of one run ranks, wherever in the run they are."""
    race = driven(FORMAT, [9_000, 6_000, 6_300, 6_000, 9_000], [5_000, 9_000, 9_000])
    assert table(race) == [(1, "1"), (2, "2")]
    assert values_ms(race) == [6_100, 7_666]
    first, second = race.standings()
    assert (first.gap_ns, second.gap_ns) == (0, ms(1_566))
    assert second.interval_ns == second.gap_ns
    assert second.best_lap_ns == ms(5_000)


def test_a_void_lap_breaks_the_sequence() -> None:
    """A void lap is no part of a sequence, and the laps on either side of it are not neighbours."""
    race = driven(FORMAT, [6_000] * 5, [7_000] * 3, laps_n=3, void=[(1, 3)])
    assert table(race) == [(1, "2"), (2, "1")]
    assert values_ms(race) == [7_000, None]
    assert values_ms(driven(FORMAT, [6_000] * 5, laps_n=3, void=[(1, 2)])) == [6_000]


def test_a_sequence_lies_in_one_run() -> None:
    """The last laps of a run and the first of the next make no sequence together."""
    race = driven(FORMAT, [6_000, 6_000], [8_000] * 3)
    drive_again(race, 1, [6_000, 6_000])
    assert values_ms(race) == [8_000, None]
    drive_again(race, 1, [7_000] * 3)
    assert table(race) == [(1, "1"), (2, "2")]


def test_a_mean_of_one_lap_is_the_best_lap() -> None:
    """With N = 1 the best lap ranks."""
    race = driven(FORMAT, [9_000, 7_001], [7_000, 9_000], laps_n=1)
    assert table(race) == [(1, "2"), (2, "1")]


def test_a_difference_below_the_resolution_is_decided_by_the_exact_mean() -> None:
    """Means that read alike after truncation are told apart by what was cut off."""
    race = driven(FORMAT, [6_000, 6_000, 6_002], [6_000, 6_000, 6_001])
    assert table(race) == [(1, "2"), (2, "1")]
    assert values_ms(race) == [6_000, 6_000]
    assert decided(race) == ["exact_mean", "exact_mean"]


def test_laps_are_truncated_before_they_are_added() -> None:
    """A mean is made of laps that were truncated one by one."""
    race = driven(FORMAT, [6_009, 6_009, 6_009], [6_000] * 3, resolution_ms=10)
    assert table(race) == [(1, "1"), (1, "2")]
    assert values_ms(race) == [6_000, 6_000]


def test_equal_means_are_told_apart_by_the_best_laps() -> None:
    """Equal means are told apart by the best lap of all runs, then the second-best, and so on."""
    race = driven(FORMAT, [6_000, 6_000], [5_000, 7_000], laps_n=2)
    assert table(race) == [(1, "2"), (2, "1")]
    assert decided(race) == ["best_lap", "best_lap"]
    race = driven(FORMAT, [6_000, 6_000, 9_000], [6_000, 6_000, 8_000], laps_n=2)
    assert decided(race) == ["third_best_lap", "third_best_lap"]
    race = driven(FORMAT, [6_000, 7_000], [7_000, 6_000], laps_n=2)
    assert table(race) == [(1, "1"), (1, "2")]
    assert decided(race) == [None, None]


def test_without_a_sequence_the_best_lap_ranks_behind() -> None:
    """Who has too few laps in a row stands behind all others, by the best lap; without one last."""
    race = driven(FORMAT, [], [5_000, 5_000], [4_000], [9_000] * 3)
    assert table(race) == [(1, "4"), (2, "3"), (3, "2"), (4, "1")]
    assert [each.gap_ns for each in race.standings()] == [0, None, None, None]
    assert decided(race) == [None, "best_lap", "best_lap", "best_lap"]
