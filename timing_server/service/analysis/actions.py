"""What a run's driver chose: how often which steering with which throttle, and how sure. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from timing_server.service.analysis.laps import Run, Sample

#: Up to so many different values of each are shown as they are, more in bins.
MOST_VALUES = 21
STEERING_BINS, THROTTLE_BINS = 11, 7
#: Closer values are one: what a float or a servo adds.
_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of the table: values as they were, or the edges of bins (one more than bins)."""

    values: tuple[float, ...]
    is_binned: bool

    @property
    def cells_n(self) -> int:
        """How many rows or columns it has."""
        return len(self.values) - 1 if self.is_binned else len(self.values)

    def cell(self, value: float) -> int:
        """Return the cell of a value; what lies outside belongs to the nearest."""
        if not self.is_binned:
            return self.values.index(round(value, _DECIMALS))
        return min(max(bisect_right(self.values, value) - 1, 0), self.cells_n - 1)


@dataclass(frozen=True, slots=True)
class Actions:
    """How often each pair was chosen: ``counts[throttle][steering]``.

    ``used_bits`` is the entropy of that table: 0 is always the same, each bit doubles the variety.
    ``doubt_bits`` is the model's own, the mean over decisions, None where it wasn't recorded.
    """

    steering: Axis
    throttle: Axis
    counts: tuple[tuple[int, ...], ...]
    total: int
    used_bits: float
    doubt_bits: float | None


def count_actions(run: Run) -> Actions | None:
    """Return the table of a run's decisions, None where there are none."""
    samples = [each for lap in run.laps for each in lap.samples]
    if not samples:
        return None
    steering = axis_of([each.steering for each in samples], STEERING_BINS)
    throttle = axis_of([each.throttle for each in samples], THROTTLE_BINS)
    table = [[0] * steering.cells_n for _ in range(throttle.cells_n)]
    for each in samples:
        table[throttle.cell(each.throttle)][steering.cell(each.steering)] += 1
    return Actions(
        steering,
        throttle,
        tuple(tuple(row) for row in table),
        len(samples),
        entropy_bits([count / len(samples) for row in table for count in row]),
        _mean_doubt(samples),
    )


def axis_of(values: Sequence[float], bins_n: int) -> Axis:
    """Return an axis over values; bins lie evenly from the least to the greatest."""
    found = sorted({round(value, _DECIMALS) for value in values})
    if len(found) <= MOST_VALUES:
        return Axis(tuple(found), is_binned=False)
    low, high = min(values), max(values)
    edges = (low + (high - low) * at / bins_n for at in range(bins_n + 1))
    return Axis(tuple(edges), is_binned=True)


def entropy_bits(shares: Sequence[float]) -> float:
    """Return the entropy of shares that add up to 1."""
    return -sum(share * log2(share) for share in shares if share > 0) or 0.0


def doubt_bits(probabilities: Sequence[float]) -> float | None:
    """Return how unsure a model was; None where its answer is no distribution."""
    total = sum(probabilities)
    if len(probabilities) < 2 or min(probabilities) < 0 or not 0.9 < total < 1.1:
        return None
    return entropy_bits([each / total for each in probabilities])


def action_counts(run: Run) -> Counter[int]:
    """Return how often each of the model's actions was chosen."""
    return Counter(
        each.action for lap in run.laps for each in lap.samples if each.action is not None
    )


def _mean_doubt(samples: Sequence[Sample]) -> float | None:
    found = [each.doubt_bits for each in samples if each.doubt_bits is not None]
    return sum(found) / len(found) if found else None
