"""A track: a closed centre line and a width, and the geometry that follows from them."""

from dataclasses import dataclass
from math import atan2, hypot

import numpy as np
import numpy.typing as npt

from hardware.virtual.errors import TrackShapeError
from timing_server.contract.server.tracks import Ground

Points = npt.NDArray[np.float64]

#: Distance between neighbouring points of the centre line; a fine enough polygon that a car's
#: offset from it is right to a tenth of a millimetre in the tightest corner.
SPACING_M = 0.02
#: Curvature is the mean over this length: a car doesn't feel the corners of the polygon.
_BEND_M = 0.2
MIN_POINTS = 8


@dataclass(frozen=True, slots=True)
class Projection:
    """The nearest point of the centre line to a place.

    ``along_m``: arc length from the finish line, 0 ≤ along < length. ``offset_m``: distance from
    the centre line, positive to the left of the driving direction. ``heading_rad``: the driving
    direction there.
    """

    along_m: float
    offset_m: float
    heading_rad: float


@dataclass(frozen=True, slots=True)
class CrossLine:
    """The line between ``left`` and ``right`` (metres), crossed towards ``heading_rad``."""

    left: tuple[float, float]
    right: tuple[float, float]
    heading_rad: float

    @property
    def middle(self) -> tuple[float, float]:
        """The point half way between the ends."""
        return (self.left[0] + self.right[0]) / 2, (self.left[1] + self.right[1]) / 2


class Track:
    """A closed track driven in the order of its centre line's points; the finish line is at 0 m.

    ``centre``: N×2 float64 metres, N ≥ 8, not repeating the first point. It is sampled again at
    ``SPACING_M``. Raises TrackShapeError where it has no length or a width that isn't positive.
    """

    def __init__(self, name: str, centre: Points, width_m: float) -> None:
        corners = np.asarray(centre, dtype=np.float64)
        if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < MIN_POINTS:
            raise TrackShapeError(f"Track '{name}' needs at least {MIN_POINTS} points of x and y.")
        if not np.isfinite(corners).all() or not width_m > 0:
            raise TrackShapeError(f"Track '{name}' has a point or a width that is no length.")
        self.name = name
        #: A picture of the real ground, where there is one; else it is painted.
        self.ground: Ground | None = None
        self.width_m = float(width_m)
        self.centre, self.length_m = _evenly_spaced(corners, name)
        self.spacing_m = self.length_m / len(self.centre)
        ahead = np.roll(self.centre, -1, axis=0) - np.roll(self.centre, 1, axis=0)
        self.tangent: Points = ahead / np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
        self._normal: Points = np.stack([-self.tangent[:, 1], self.tangent[:, 0]], axis=1)
        self.heading_rad: Points = np.arctan2(self.tangent[:, 1], self.tangent[:, 0])
        turn = np.roll(self.heading_rad, -1) - np.roll(self.heading_rad, 1)
        turn = (turn + np.pi) % (2 * np.pi) - np.pi
        #: Per point of ``centre``: 1/radius, positive in left-hand corners.
        self.curvature_per_m: Points = _smoothed(turn / (2 * self.spacing_m), self.spacing_m)
        x, y = self.centre[:, 0], self.centre[:, 1]
        #: Whether laps go counter-clockwise, so that the inner line lies on the left.
        self.is_counter_clockwise = bool(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) > 0)

    def line(self, offset_m: float) -> Points:
        """Return the N×2 line at a constant offset from the centre line, positive to the left."""
        return self.centre + self._normal * offset_m

    @property
    def inner(self) -> Points:
        """The N×2 line that bounds the track on the inside."""
        return self.line(self.width_m / 2 * (1 if self.is_counter_clockwise else -1))

    @property
    def outer(self) -> Points:
        """The N×2 line that bounds the track on the outside."""
        return self.line(self.width_m / 2 * (-1 if self.is_counter_clockwise else 1))

    @property
    def finish(self) -> CrossLine:
        """The finish line, from border to border."""
        return self.across(0.0)

    def across(self, along_m: float) -> CrossLine:
        """Return the line across the road at an arc length, from border to border."""
        index = round((along_m % self.length_m) / self.spacing_m) % len(self.centre)
        left, right = (self.line(side * self.width_m / 2)[index] for side in (1, -1))
        return CrossLine(
            left=(float(left[0]), float(left[1])),
            right=(float(right[0]), float(right[1])),
            heading_rad=float(self.heading_rad[index]),
        )

    def has_room_across(self, along_m: float, margin_m: float) -> bool:
        """Whether no other part of the road comes as near as that to the line's ends and middle."""
        line = self.across(along_m)
        for x_m, y_m in (line.left, line.middle, line.right):
            dx, dy = self.centre[:, 0] - x_m, self.centre[:, 1] - y_m
            near = np.hypot(dx, dy) <= self.width_m / 2 + margin_m
            apart_m = (np.arange(len(near)) * self.spacing_m - along_m) % self.length_m
            apart_m = np.minimum(apart_m, self.length_m - apart_m)
            if bool(np.any(near & (apart_m > 2 * self.width_m))):
                return False
        return True

    def rows(self) -> Points:
        """Return the N×6 array of DeepRacer's track files: centre, inner, outer, each x and y."""
        return np.hstack([self.centre, self.inner, self.outer])

    def at(self, along_m: float, offset_m: float = 0.0) -> tuple[float, float, float]:
        """Return x_m, y_m, heading_rad at an arc length (of any lap) and an offset."""
        place = (along_m % self.length_m) / self.spacing_m
        index = int(place) % len(self.centre)
        follower = (index + 1) % len(self.centre)
        frac = place - int(place)
        x, y = self.centre[index] * (1 - frac) + self.centre[follower] * frac
        nx, ny = self._normal[index]
        heading_rad = atan2(self.tangent[index, 1], self.tangent[index, 0])
        return float(x + nx * offset_m), float(y + ny * offset_m), heading_rad

    def ahead_m(self, from_m: float, to_m: float) -> float:
        """Return how far ahead of one arc length another one is: at most half a lap either way."""
        length_m = self.length_m
        return (to_m - from_m + length_m / 2) % length_m - length_m / 2

    def project(self, x_m: float, y_m: float) -> Projection:
        """Return the nearest point of the centre line."""
        dx, dy = x_m - self.centre[:, 0], y_m - self.centre[:, 1]
        index = int(np.argmin(dx * dx + dy * dy))
        (tx, ty), px, py = self.tangent[index], float(dx[index]), float(dy[index])
        ahead_m = px * tx + py * ty
        sideways_m = px * -ty + py * tx
        # On the inside of a corner the foot of the perpendicular may lie past the next point.
        ahead_m = min(self.spacing_m, max(-self.spacing_m, ahead_m))
        along_m = (index * self.spacing_m + ahead_m) % self.length_m
        return Projection(float(along_m), float(sideways_m), float(self.heading_rad[index]))

    def is_on_road(self, x_m: float, y_m: float) -> bool:
        """Return whether a point lies on the track, its white borders included."""
        dx, dy = x_m - self.centre[:, 0], y_m - self.centre[:, 1]
        return bool(np.min(dx * dx + dy * dy) <= (self.width_m / 2) ** 2)


def track_from_rows(name: str, rows: Points) -> Track:
    """Return the track of an N×6 array as DeepRacer's ``.npy`` files hold it.

    The width is the median distance between the inner and the outer line. Raises TrackShapeError
    where the array has another shape.
    """
    if rows.ndim != 2 or rows.shape[1] != 6:
        raise TrackShapeError(f"Track '{name}' needs an N×6 array, not {rows.shape}.")
    centre = rows[:-1, :2] if np.allclose(rows[0, :2], rows[-1, :2]) else rows[:, :2]
    width_m = float(np.median(np.hypot(*(rows[:, 2:4] - rows[:, 4:6]).T)))
    return Track(name, centre, width_m)


def _smoothed(curvature_per_m: Points, spacing_m: float) -> Points:
    reach = max(1, round(_BEND_M / 2 / spacing_m))
    shifted = [np.roll(curvature_per_m, shift) for shift in range(-reach, reach + 1)]
    return np.asarray(np.mean(shifted, axis=0), dtype=np.float64)


def _evenly_spaced(corners: Points, name: str) -> tuple[Points, float]:
    closed = np.vstack([corners, corners[:1]])
    sides_m = np.hypot(*np.diff(closed, axis=0).T)
    if not (sides_m > 0).all():
        raise TrackShapeError(f"Track '{name}' names the same point twice in a row.")
    along_m = np.concatenate([[0.0], np.cumsum(sides_m)])
    count = max(MIN_POINTS, round(along_m[-1] / SPACING_M))
    wanted_m = np.linspace(0.0, along_m[-1], count, endpoint=False)
    points = np.stack([np.interp(wanted_m, along_m, closed[:, axis]) for axis in (0, 1)], axis=1)
    length_m = sum(
        hypot(float(b[0] - a[0]), float(b[1] - a[1]))
        for a, b in zip(points, np.roll(points, -1, axis=0), strict=True)
    )
    return points, length_m
