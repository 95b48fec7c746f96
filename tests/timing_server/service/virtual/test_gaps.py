"""The gap between a driver's virtual and real laps, by model and track."""

from tests.timing_server.service.virtual.test_nearest import REGISTRY, US, raced, real_laps
from timing_server.service.virtual.gaps import model_gaps


def test_only_laps_of_the_same_track_have_a_gap() -> None:
    """It should tell the gap on the virtual track itself, nearest first, and else none."""
    race = raced((1, "a", 10), (1, "b", 8), (2, "c", 9))
    real = real_laps({"a" * 64: 12 * US, "b" * 64: 9 * US}) | real_laps(
        {"c" * 64: 9 * US}, "9" * 64
    )
    found = model_gaps(race.state, REGISTRY, real, None)
    assert [(each.model, each.track, each.real_best_us, each.gap_us) for each in found] == [
        ("quick", "esses", 9 * US, US),
        ("steady", "esses", 12 * US, 2 * US),
        (None, "esses", None, None),
    ]
    assert {each.real_untold_us for each in found} == {None}


def test_a_lap_of_which_nobody_told_the_track_stands_apart() -> None:
    """It should tell it as such, and make no gap of it; a driver sees own models alone."""
    race = raced((1, "a", 10), (2, "c", 9))
    real = real_laps({"a" * 64: 12 * US, "c" * 64: 9 * US}, None)
    (own,) = model_gaps(race.state, REGISTRY, real, "driver-1")
    assert (own.real_best_us, own.gap_us, own.real_untold_us) == (None, None, 12 * US)
