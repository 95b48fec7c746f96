"""Two rewards beside each other: whether they like the same, and where they differ most."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np

from car_agent.training.lab.ground import Pose
from car_agent.training.lab.maps import HeatMap
from hardware.virtual.world.track import Points

#: Places nearer to each other than this are the same place to a driver.
_APART_M = 0.6
_MOST_PLACES = 5
#: A difference that nobody sees.
_SEEN = 0.02


@dataclass(frozen=True, slots=True)
class Difference:
    """A pose, what each reward pays there, and the share of its own range that is."""

    pose: Pose
    rewards: tuple[float, float]
    shares: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rewards on the same places.

    ``correlation`` is Pearson's, ``rank_correlation`` Spearman's, None where one of the rewards is
    the same everywhere. ``differences`` are per cell the first reward's share of its range less the
    second's, −1 to 1, None where either gave none.
    """

    correlation: float | None
    rank_correlation: float | None
    differences: tuple[float | None, ...]
    most: tuple[Difference, ...]


def compare(first: HeatMap, second: HeatMap) -> Comparison:
    """Compare two maps of the same poses."""
    both = [_numbers(each) for each in (first, second)]
    known = np.isfinite(both[0]) & np.isfinite(both[1])
    shares = [_shares(each, known) for each in both]
    difference = shares[0] - shares[1]
    pairs = [each[known] for each in both]
    return Comparison(
        correlation=_correlation(*pairs),
        rank_correlation=_correlation(*(_ranks(each) for each in pairs)),
        differences=tuple(
            float(each) if is_known else None
            for each, is_known in zip(difference, known, strict=True)
        ),
        most=tuple(_most(first.poses, both, shares, np.where(known, difference, 0.0))),
    )


def _numbers(shown: HeatMap) -> Points:
    """Return the rewards, NaN where there is none."""
    return np.array([np.nan if each is None else each for each in shown.rewards()])


def _shares(rewards: Points, known: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> Points:
    """Return where each reward lies in the range of all: 0 the lowest, 1 the highest."""
    if not known.any():
        return np.zeros_like(rewards)
    low, high = rewards[known].min(), rewards[known].max()
    if high <= low:
        return np.full_like(rewards, 0.5)
    return np.asarray((rewards - low) / (high - low), dtype=np.float64)


def _correlation(first: Points, second: Points) -> float | None:
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Points) -> Points:
    """Return the places in the order of size; equals share the middle of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray(last - (counts - 1) / 2, dtype=np.float64)[which]


def _most(
    poses: Sequence[Pose], both: Sequence[Points], shares: Sequence[Points], difference: Points
) -> list[Difference]:
    """Return the places of the largest differences that lie apart from each other."""
    found: list[Difference] = []
    for cell in np.argsort(-np.abs(difference), kind="stable"):
        if abs(difference[cell]) < _SEEN or len(found) == _MOST_PLACES:
            break
        pose = poses[cell]
        apart = (hypot(pose.x_m - each.pose.x_m, pose.y_m - each.pose.y_m) for each in found)
        if min(apart, default=_APART_M) >= _APART_M:
            found.append(
                Difference(
                    pose,
                    (float(both[0][cell]), float(both[1][cell])),
                    (float(shares[0][cell]), float(shares[1][cell])),
                )
            )
    return found
