"""Follows a car along the centre line: where it is, found near where it was a moment ago."""

from math import hypot

from hardware.virtual.world.track import Projection, Track


class Follower:
    """The nearest point of the centre line to a place that moves a little at a time.

    Looking only near the place before is quick, and keeps a car on its own part of the road where
    another part comes close. Not for several threads at once.
    """

    def __init__(self, track: Track, x_m: float, y_m: float) -> None:
        self._xs: list[float] = track.centre[:, 0].tolist()
        self._ys: list[float] = track.centre[:, 1].tolist()
        self._headings: list[float] = track.heading_rad.tolist()
        self._tangents: list[tuple[float, float]] = [(t[0], t[1]) for t in track.tangent.tolist()]
        self._spacing_m = track.spacing_m
        self._length_m = track.length_m
        self._half_width_m = track.width_m / 2
        self._track = track
        self.look_anew(x_m, y_m)

    def look_anew(self, x_m: float, y_m: float) -> None:
        """Look from the whole track's nearest point: the car was put there, it didn't drive."""
        along_m = self._track.project(x_m, y_m).along_m
        self._index = round(along_m / self._spacing_m) % len(self._xs)

    def follow(self, x_m: float, y_m: float) -> Projection:
        """Return the nearest point of the centre line, and look from there the next time."""
        self._index = self._nearest(x_m, y_m)
        return self._projected(self._index, x_m, y_m)

    def is_on_road(self, x_m: float, y_m: float) -> bool:
        """Return whether a place lies on this part of the track, its white borders included."""
        index = self._nearest(x_m, y_m)
        return hypot(x_m - self._xs[index], y_m - self._ys[index]) <= self._half_width_m

    def _nearest(self, x_m: float, y_m: float) -> int:
        xs, ys, count = self._xs, self._ys, len(self._xs)
        index = self._index
        best = (x_m - xs[index]) ** 2 + (y_m - ys[index]) ** 2
        for stride in (1, -1):
            while True:
                beside = (index + stride) % count
                distance = (x_m - xs[beside]) ** 2 + (y_m - ys[beside]) ** 2
                if distance >= best:
                    break
                index, best = beside, distance
        return index

    def _projected(self, index: int, x_m: float, y_m: float) -> Projection:
        tx, ty = self._tangents[index]
        px, py = x_m - self._xs[index], y_m - self._ys[index]
        # On the inside of a corner the foot of the perpendicular may lie past the next point.
        ahead_m = min(self._spacing_m, max(-self._spacing_m, px * tx + py * ty))
        along_m = (index * self._spacing_m + ahead_m) % self._length_m
        return Projection(along_m, px * -ty + py * tx, self._headings[index])
