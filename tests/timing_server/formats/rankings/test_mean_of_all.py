from tests.timing_server.formats.driving import decided, drive_again, driven, table, values_ms

FORMAT = "mean_of_all"


def test_the_mean_of_all_valid_laps_ranks() -> None:
    """The mean of every valid lap ranks, so one slow lap costs; a void one isn't part of it."""
    race = driven(FORMAT, [6_000, 6_000, 9_000], [6_500, 6_500, 6_500, 9_000], void=[(2, 4)])
    assert table(race) == [(1, "2"), (2, "1")]
    assert values_ms(race) == [6_500, 7_000]


def test_the_laps_of_all_runs_count() -> None:
    """A further run's laps join the mean, for better or worse."""
    race = driven(FORMAT, [6_000] * 3, [7_000] * 3)
    drive_again(race, 1, [9_000] * 3)
    assert table(race) == [(1, "2"), (2, "1")]
    assert values_ms(race) == [7_000, 7_500]


def test_too_few_laps_stand_behind() -> None:
    """Who has fewer laps than are needed stands behind, by how many there are."""
    race = driven(FORMAT, [4_000], [9_000] * 3, [8_000, 8_000], [])
    assert table(race) == [(1, "2"), (2, "3"), (3, "1"), (4, "4")]
    assert values_ms(race) == [9_000, None, None, None]
    assert decided(race) == [None, "more_laps", "more_laps", "more_laps"]


def test_the_exact_mean_decides_below_the_resolution() -> None:
    """Means that read alike are told apart exactly, also of different numbers of laps."""
    race = driven(FORMAT, [6_000, 6_001], [6_000, 6_000, 6_001], laps_n=1)
    assert values_ms(race) == [6_000, 6_000]
    assert table(race) == [(1, "2"), (2, "1")]
    assert decided(race) == ["exact_mean", "exact_mean"]


def test_equal_means_are_told_apart_by_more_laps_then_the_best() -> None:
    """Equal means are told apart by more laps, then by the best laps."""
    race = driven(FORMAT, [6_000] * 2, [6_000] * 3, laps_n=2)
    assert table(race) == [(1, "2"), (2, "1")]
    assert decided(race) == ["more_laps", "more_laps"]
    race = driven(FORMAT, [6_000] * 2, [5_000, 7_000], laps_n=2)
    assert table(race) == [(1, "2"), (2, "1")]
    assert decided(race) == ["best_lap", "best_lap"]
