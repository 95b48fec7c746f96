"""The light beam across a gate's line: when a body breaks it, and what a spectator counts.

**What counts as one crossing.** A spectator who watches the beam counts a break as a new crossing
when the gate's edges before it (breaks and releases alike) lie 500 ms or more behind; a nearer
break belongs to the crossing before it. It is the rule by which a timing node merges edges into
passes (decision 8), applied by another pair of eyes.
"""

from dataclasses import dataclass
from math import cos, dist, sin
from typing import Literal

from hardware.virtual.world.track import CrossLine

MERGE_NS = 500_000_000

#: The beam's posts stand this far outside the road's borders.
POST_MARGIN_M = 0.15

Level = Literal[0, 1]


@dataclass(frozen=True, slots=True)
class BeamChange:
    """The beam of ``gate`` broke (1) or became whole (0) at ``mono_ns``."""

    gate: str
    level: Level
    mono_ns: int


@dataclass(frozen=True, slots=True)
class BodySpan:
    """Where a car's body lies to the beam: metres past the line, and aside from its middle."""

    nose_m: float
    tail_m: float
    aside_m: float

    def breaks(self, half_width_m: float) -> bool:
        """Return whether the body stands in the beam."""
        return self.tail_m < 0.0 <= self.nose_m and abs(self.aside_m) <= half_width_m


class Beam:
    """The beam of one gate; told of bodies step by step, it says when its level changed.

    The level is 1 while any body or hand is in it. Where a body enters or leaves between two
    steps, the instant is interpolated on the way of its nose or tail, to integer nanoseconds.
    """

    def __init__(self, gate: str, line: CrossLine) -> None:
        self.gate = gate
        self._x_m, self._y_m = line.middle
        self._cos, self._sin = cos(line.heading_rad), sin(line.heading_rad)
        self._half_width_m = dist(line.left, line.right) / 2 + POST_MARGIN_M
        self._breaking: dict[str, BodySpan] = {}
        self._last: dict[str, BodySpan] = {}
        self._level: Level = 0

    @property
    def level(self) -> Level:
        """1 while the beam is broken."""
        return self._level

    def span(self, nose: tuple[float, float], tail: tuple[float, float]) -> BodySpan:
        """Return how a body with that nose and tail lies to the beam."""
        nose_m, aside_m = self._past(nose)
        return BodySpan(nose_m, self._past(tail)[0], aside_m)

    def is_between_posts(self, span: BodySpan) -> bool:
        """Return whether a body is within the beam's length."""
        return abs(span.aside_m) <= self._half_width_m

    def move(self, body: str, span: BodySpan, from_ns: int, to_ns: int) -> BeamChange | None:
        """Take a body's way between two instants; return the change of level, if there is one."""
        before = self._last.get(body)
        self._last[body] = span
        was_breaking, breaks = body in self._breaking, span.breaks(self._half_width_m)
        if breaks == was_breaking:
            return None
        if breaks:
            self._breaking[body] = span
        else:
            del self._breaking[body]
        return self._settle(to_ns if before is None else _instant(before, span, from_ns, to_ns))

    def take_away(self, body: str, at_ns: int) -> BeamChange | None:
        """Take a body out of the beam: it is carried now, and carried cars break no beam."""
        self._last.pop(body, None)
        if self._breaking.pop(body, None) is None:
            return None
        return self._settle(at_ns)

    def put_in(self, body: str, at_ns: int) -> BeamChange | None:
        """Put something into the beam that has no way: a hand."""
        self._breaking[body] = BodySpan(0.0, 0.0, 0.0)
        return self._settle(at_ns)

    def _settle(self, at_ns: int) -> BeamChange | None:
        level: Level = 1 if self._breaking else 0
        if level == self._level:
            return None
        self._level = level
        return BeamChange(self.gate, level, at_ns)

    def _past(self, point: tuple[float, float]) -> tuple[float, float]:
        dx, dy = point[0] - self._x_m, point[1] - self._y_m
        return dx * self._cos + dy * self._sin, dy * self._cos - dx * self._sin


def _instant(before: BodySpan, after: BodySpan, from_ns: int, to_ns: int) -> int:
    """Return when nose or tail met the line, on a straight way between the two steps."""
    for start_m, end_m in ((before.nose_m, after.nose_m), (before.tail_m, after.tail_m)):
        if (start_m < 0.0) != (end_m < 0.0):
            return from_ns + round((to_ns - from_ns) * (-start_m / (end_m - start_m)))
    return to_ns


class CrossingCounter:
    """Counts crossings of one gate from its edges, in order, by the spectator's rule above."""

    def __init__(self, merge_ns: int = MERGE_NS) -> None:
        self._merge_ns = merge_ns
        self._last_ns: int | None = None
        self._is_broken = False

    def is_new_crossing(self, change: BeamChange) -> bool:
        """Take the gate's next edge; return whether it begins a crossing."""
        if change.level == 0:
            # A release whose break nobody saw says nothing of when a crossing began.
            if self._is_broken:
                self._last_ns = change.mono_ns
            self._is_broken = False
            return False
        last_ns, self._last_ns = self._last_ns, change.mono_ns
        self._is_broken = True
        return last_ns is None or change.mono_ns - last_ns >= self._merge_ns
