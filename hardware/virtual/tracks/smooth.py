"""The closed line through control points: a periodic cubic spline, whose bends have no jumps."""

import numpy as np

from hardware.virtual.errors import TrackShapeError
from hardware.virtual.world.track import SPACING_M, Points

#: More than a hall's longest lap has.
_MOST_SAMPLES = 60_000
LEAST_POINTS = 4
#: Nearer than this, two points are one.
_LEAST_GAP_M = 0.01
#: Beyond what may be driven, so that somebody who draws sees how much too long it is.
_MOST_LENGTH_M = 1000.0
#: How much a straight counts where points are shared out; a bend counts by its one over radius.
_STRAIGHT_PER_M = 0.25
_SMOOTHED_M = 0.5


def smooth_line(points: Points) -> Points:
    """Return the N×2 closed line through ``points``, sampled about every two centimetres.

    Its parameter is the square root of the distance between neighbours, so that points that lie
    unevenly make no loops; slope and bend are steady everywhere. Raises TrackShapeError for fewer
    than four points, or two at the same place in a row, or more than a kilometre.
    """
    corners = np.asarray(points, dtype=np.float64)
    if corners.ndim != 2 or corners.shape[1:] != (2,) or len(corners) < LEAST_POINTS:
        raise TrackShapeError(f"A track needs at least {LEAST_POINTS} points.")
    sides_m = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    if not (sides_m >= _LEAST_GAP_M).all():
        raise TrackShapeError("Two points in a row lie at the same place.")
    if sides_m.sum() > _MOST_LENGTH_M:
        raise TrackShapeError(f"A track of more than {_MOST_LENGTH_M:.0f} m is no hall's.")
    steps = np.sqrt(sides_m)
    slopes = _slopes(corners, steps)
    return np.vstack(
        [
            _piece(corners[index], corners[follower], slopes[index], slopes[follower], step, side_m)
            for index, (step, side_m) in enumerate(zip(steps, sides_m, strict=True))
            for follower in ((index + 1) % len(corners),)
        ]
    )


def _slopes(corners: Points, steps: Points) -> Points:
    """Return the slope at each point with which the second derivative has no jump anywhere."""
    count = len(corners)
    before, after = np.roll(steps, 1), steps
    rows = np.arange(count)
    matrix = np.zeros((count, count))
    matrix[rows, rows] = 2 * (1 / before + 1 / after)
    np.add.at(matrix, (rows, (rows - 1) % count), 1 / before)
    np.add.at(matrix, (rows, (rows + 1) % count), 1 / after)
    rise_after = (np.roll(corners, -1, axis=0) - corners) / (after**2)[:, None]
    rise_before = (corners - np.roll(corners, 1, axis=0)) / (before**2)[:, None]
    return np.asarray(np.linalg.solve(matrix, 3 * (rise_after + rise_before)))


def _piece(
    start: Points, end: Points, slope: Points, end_slope: Points, step: float, side_m: float
) -> Points:
    """Return the line from one point up to the next, without the latter (Hermite's cubic)."""
    count = max(4, min(_MOST_SAMPLES, int(np.ceil(side_m / SPACING_M))))
    t = np.linspace(0.0, 1.0, count, endpoint=False)[:, None]
    return np.asarray(
        (2 * t**3 - 3 * t**2 + 1) * start
        + (t**3 - 2 * t**2 + t) * slope * step
        + (3 * t**2 - 2 * t**3) * end
        + (t**3 - t**2) * end_slope * step
    )


def points_along(line: Points, within_m: float = 0.02, most: int = 120) -> Points:
    """Return few control points along a closed dense line that make it again, nearer in its bends.

    "Again" is within ``within_m`` everywhere; where ``most`` points don't do, so many are returned.
    The first one is the line's first.
    """
    closed = np.vstack([line, line[:1]])
    sides_m = np.hypot(*np.diff(closed, axis=0).T)
    weight = np.concatenate([[0.0], np.cumsum(sides_m * np.sqrt(_STRAIGHT_PER_M + _bend(line)))])
    count = 8
    while True:
        wanted = np.linspace(0.0, weight[-1], count, endpoint=False)
        points = np.stack([np.interp(wanted, weight, closed[:, axis]) for axis in (0, 1)], axis=1)
        # Every few centimetres is near enough together to see a line stray.
        if count >= most or farthest_m(line[::4], smooth_line(points)) <= within_m:
            return points
        count = min(most, count + max(1, count // 8))


def _bend(line: Points) -> Points:
    """Return one over the radius at each point of a closed line, smoothed over half a metre."""
    ahead = np.roll(line, -1, axis=0) - line
    sides_m = np.hypot(*ahead.T)
    heading_rad = np.arctan2(ahead[:, 1], ahead[:, 0])
    turn_rad = (np.roll(heading_rad, -1) - heading_rad + np.pi) % (2 * np.pi) - np.pi
    reach = max(1, round(_SMOOTHED_M / 2 / max(1e-6, float(np.mean(sides_m)))))
    window = min(2 * reach + 1, len(line))
    summed = [np.roll(np.stack([turn_rad, sides_m]), shift, axis=1) for shift in range(window)]
    turned_rad, went_m = np.roll(np.sum(summed, axis=0), -(window // 2), axis=1)
    return np.asarray(np.abs(turned_rad) / np.maximum(went_m, 1e-6))


def farthest_m(line: Points, other: Points) -> float:
    """Return how far the farthest point of a line lies from the nearest point of another."""
    worst_m = 0.0
    for begin in range(0, len(line), 500):
        apart = line[begin : begin + 500, None, :] - other[None, :, :]
        worst_m = max(worst_m, float(np.sqrt((apart**2).sum(axis=2)).min(axis=1).max()))
    return worst_m
