"""How often what was chosen, and how sure."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.service.analysis.laps import lap_of, run_of, samples_of
from timing_server.service.analysis import actions as subject

numbers = st.floats(-30, 30, allow_nan=False)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=200))
def test_every_decision_is_counted_once(chosen: list[tuple[float, float]]) -> None:
    """It should find a cell for each decision, few values or many."""
    samples = tuple(
        replace(samples_of(50_000)[0], steering=steering, throttle=throttle)
        for steering, throttle in chosen
    )
    found = subject.count_actions(run_of(lap_of(1, 1_000_000, samples=samples)))
    assert found is not None
    assert sum(map(sum, found.counts)) == found.total == len(chosen)
    assert len(found.counts) == found.throttle.cells_n
    assert {len(row) for row in found.counts} == {found.steering.cells_n}
    assert found.used_bits >= 0


def test_few_values_stay_as_they_are() -> None:
    """It should show a model's few actions as themselves, and a continuous one's in bins."""
    assert subject.axis_of([1.0, 0.5, 1.001], 7) == subject.Axis((0.5, 1.0), is_binned=False)
    many = subject.axis_of([at / 100 for at in range(101)], 10)
    assert many.is_binned
    assert (many.cells_n, many.cell(0.0), many.cell(0.15), many.cell(1.0)) == (10, 0, 1, 9)


def test_entropy() -> None:
    """It should be 0 for one choice and a bit for each doubling."""
    assert subject.entropy_bits([1.0]) == 0
    assert subject.entropy_bits([0.25] * 4) == pytest.approx(2)
    assert subject.doubt_bits((1.0, 1.0)) is None
    assert subject.doubt_bits((0.5, 0.5)) == pytest.approx(1)
    assert subject.doubt_bits(()) is None


def test_nothing_chosen() -> None:
    """It should say so."""
    assert subject.count_actions(run_of(lap_of(1, 1_000, samples=()))) is None
