"""Laps and runs in figures."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.service.analysis.laps import changed, lap_of, run_of
from timing_server.service.analysis import measures as subject

parts_us = st.lists(st.integers(1_000, 100_000_000), min_size=3, max_size=3)
voids = st.sampled_from([None, "ruling"])


@given(st.lists(st.tuples(parts_us, voids), min_size=1, max_size=8))
def test_the_ideal_lap_is_no_slower_than_the_best(told: list[tuple[list[int], str | None]]) -> None:
    """It should join parts of laps that count alone, and never be slower than the best of them."""
    laps = [lap_of(n, *parts, invalid=void, samples=()) for n, (parts, void) in enumerate(told)]
    found = subject.measure(run_of(*laps))
    counted = [parts for parts, void in told if void is None]
    if not counted:
        assert (found.best_us, found.ideal_us) == (None, None)
        return
    assert found.best_us == min(map(sum, counted))
    assert found.ideal_us == sum(min(column) for column in zip(*counted, strict=True))
    assert found.ideal_us is not None
    assert found.ideal_us <= found.best_us


def test_a_lap_in_figures() -> None:
    """It should count pictures, late ones, what is missing and what moved nothing."""
    lap = changed(lap_of(1, 2_000_000), 500_000, 700_000, latency_us=90_000)
    lap = changed(lap, 1_000_000, 1_200_000, is_taken=False)
    frames = tuple(us for us in lap.frames_at_us if not 1_500_000 < us < 1_700_000)
    lap = replace(lap, frames_at_us=frames)
    found = subject.measure(run_of(lap, lap_of(2, 2_000_000)))
    assert found.late_limit_us == 60_000
    [told, plain] = found.laps
    assert (told.late_pictures, plain.late_pictures) == (4, 0)
    assert (told.latency_p50_us, told.latency_p95_us) == (40_000, 90_000)
    assert (told.idle_us, plain.idle_us) == (200_000, 0)
    # 200 ms between two pictures where 50 are usual.
    assert (told.missing_us, plain.missing_us) == (150_000, 0)
    assert plain.frames_per_s == pytest.approx(20)
    assert told.pictures == 37


def test_spread_needs_two_laps() -> None:
    """It should tell how alike laps are, and part by part, of those that count."""
    laps = [lap_of(1, 1_000, 2_000), lap_of(2, 1_000, 3_000), lap_of(3, 9, 9, invalid="warmup")]
    found = subject.measure(run_of(*laps))
    assert found.spread == subject.Spread(2, 3_000, 4_000, 3_000, 500)
    assert found.part_spreads[1, 0] == subject.Spread(2, 2_000, 3_000, 2_000, 500)
    assert found.part_spreads[0, 1].deviation_us == 0
    assert subject.measure(run_of(laps[0])).spread is None


def test_a_decision_holds_until_the_next_and_not_for_ever() -> None:
    """It should not take a record with a hole in it for one long decision."""
    lap = lap_of(1, 3_000_000)
    holed = replace(lap, samples=(lap.samples[0],))
    assert subject.time_where(holed, 0, 3_000_000, lambda _: True) == subject.HOLDS_US
    assert subject.time_where(lap, 0, 3_000_000, lambda _: True) == 3_000_000


def test_without_latencies_nothing_is_late() -> None:
    """It should say that it doesn't know, not that all was well."""
    lap = lap_of(1, 1_000_000)
    silent = replace(lap, samples=tuple(replace(each, latency_us=None) for each in lap.samples))
    [told] = subject.measure(run_of(silent)).laps
    assert (told.latency_p95_us, told.late_pictures) == (None, 0)
    assert subject.late_limit_us(run_of(silent)) is None
