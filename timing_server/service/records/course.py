"""How far round the course a place is, by the map that a tracker drew. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import hypot

from timing_server.contract.machines.devices import TrackMap

Point = tuple[float, float]
#: Between two sights of it a car gets at most so far: further along is another part of the road.
REACH_M = 2.5


@dataclass(frozen=True, slots=True)
class Course:
    """A closed middle line from the finish on, with how far along it each of its points lies."""

    points: tuple[Point, ...]
    along_m: tuple[float, ...]

    @property
    def length_m(self) -> float:
        """All the way round."""
        return self.along_m[-1]

    def nearest_m(self, point: Point, near_m: float | None) -> float:
        """Return how far along the course the nearest place is; within reach of ``near_m``."""
        best_m, least = 0.0, float("inf")
        for at, (a, b) in enumerate(pairwise(self.points)):
            if near_m is not None and not self._is_near(self.along_m[at], near_m):
                continue
            share, away = _nearest(point, a, b)
            if away < least:
                least = away
                best_m = self.along_m[at] + share * (self.along_m[at + 1] - self.along_m[at])
        return best_m

    def _is_near(self, along_m: float, near_m: float) -> bool:
        apart_m = abs(along_m - near_m)
        return min(apart_m, self.length_m - apart_m) <= REACH_M


def course_of(track: TrackMap) -> Course | None:
    """Return a map's course, None of one whose two lines don't lie side by side."""
    if len(track.inner) != len(track.outer):
        return None
    middle = [_between(a, b) for a, b in zip(track.inner, track.outer, strict=True)]
    finish = _between(*track.finish)
    first = min(range(len(middle)), key=lambda at: _apart(middle[at], finish))
    points = (*middle[first:], *middle[:first], middle[first])
    steps_m = (_apart(a, b) for a, b in pairwise(points))
    return Course(points, tuple(accumulate(steps_m, initial=0.0)))


def shares_of(course: Course, path: Sequence[Point]) -> list[float]:
    """Return the share of the lap that lies behind at each place of one lap's path, 0 to 1.

    A car that goes back has done no less: the line of a lap only rises.
    """
    found: list[float] = []
    near_m: float | None = None
    gone_m = before_m = 0.0
    for point in path:
        along_m = course.nearest_m(point, near_m)
        if near_m is None:
            # The first place is behind the line by little, or short of it by as little.
            gone_m = along_m if along_m < course.length_m / 2 else along_m - course.length_m
            before_m = along_m
        step_m = (along_m - before_m + course.length_m / 2) % course.length_m - course.length_m / 2
        gone_m += step_m
        near_m = before_m = along_m
        found.append(min(1.0, max(0.0, gone_m / course.length_m)))
    return found


def _between(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _apart(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


def _nearest(point: Point, a: Point, b: Point) -> tuple[float, float]:
    """Return where on a stretch the nearest place is, as a share, and how far away it is."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    share = 0.0
    if length > 0:
        share = min(1.0, max(0.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length))
    return share, _apart(point, (a[0] + share * dx, a[1] + share * dy))
