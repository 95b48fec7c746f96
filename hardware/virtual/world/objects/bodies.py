"""Bodies that stand or drive on a virtual track: how large they are, look, and whether two touch.

A body's reference point is its own: a box's middle, a car's rear axle.
"""

from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, sin

from hardware.virtual.world.vehicle import DEEPRACER, VehicleState

Colour = tuple[int, int, int]
Place = tuple[float, float]

#: So far a car's tyres stand out beyond the middle of their track.
_TYRE_M = 0.02


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a body as it is drawn: from tail to nose, left and right alike, low to high."""

    tail_m: float
    nose_m: float
    half_width_m: float
    low_m: float
    high_m: float
    bgr: Colour


@dataclass(frozen=True)
class Kind:
    """What bodies of a kind have in common; lengths from the reference point."""

    tail_m: float
    nose_m: float
    half_width_m: float
    blocks: tuple[Block, ...]

    @cached_property
    def reach_m(self) -> float:
        """How far the furthest corner is from the reference point."""
        return hypot(max(self.nose_m, -self.tail_m), self.half_width_m)


def _box(length_m: float, width_m: float, height_m: float, bgr: Colour) -> Kind:
    half_m, aside_m = length_m / 2, width_m / 2
    block = Block(-half_m, half_m, aside_m, 0.0, height_m, bgr)
    return Kind(-half_m, half_m, aside_m, (block,))


def car_kind(shell_bgr: Colour) -> Kind:
    """Return a car with a shell of that colour: a dark chassis with wheels, and the shell on it."""
    tail_m, nose_m = DEEPRACER.tail_m, DEEPRACER.nose_m
    half_m = DEEPRACER.track_m / 2 + _TYRE_M
    dark: Colour = (38, 36, 34)
    return Kind(
        tail_m,
        nose_m,
        half_m,
        (
            Block(tail_m, nose_m, half_m, 0.015, 0.07, dark),
            Block(tail_m + 0.01, nose_m - 0.05, half_m - 0.02, 0.07, 0.12, shell_bgr),
            Block(tail_m + 0.03, nose_m - 0.13, half_m - 0.04, 0.12, 0.17, shell_bgr),
        ),
    )


#: A cardboard box as people put on the track where DeepRacer's world has one.
BOX = _box(0.28, 0.24, 0.20, (92, 138, 178))
CAR = car_kind((40, 60, 200))


@dataclass(frozen=True, slots=True)
class Body:
    """A body where it is now; heading in radians counter-clockwise from +x."""

    kind: Kind
    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float = 0.0

    @property
    def middle(self) -> Place:
        """The middle of what it covers of the ground."""
        return self._point((self.kind.nose_m + self.kind.tail_m) / 2, 0.0)

    @property
    def corners(self) -> tuple[Place, Place, Place, Place]:
        """What it covers of the ground, counter-clockwise from nose left."""
        kind = self.kind
        return (
            self._point(kind.nose_m, kind.half_width_m),
            self._point(kind.tail_m, kind.half_width_m),
            self._point(kind.tail_m, -kind.half_width_m),
            self._point(kind.nose_m, -kind.half_width_m),
        )

    def is_near(self, other: "Body", margin_m: float = 0.0) -> bool:
        """Whether the two could touch, by their distance alone."""
        reach_m = self.kind.reach_m + other.kind.reach_m + margin_m
        return hypot(self.x_m - other.x_m, self.y_m - other.y_m) <= reach_m

    def touches(self, other: "Body") -> bool:
        """Whether the ground that the two cover overlaps."""
        if not self.is_near(other):
            return False
        mine, others = self.corners, other.corners
        # Two rectangles are apart where one of their four axes parts them.
        return not any(_apart(axis, mine, others) for axis in _axes(self, other))

    def parting(self, other: "Body") -> Place:
        """Return the shortest way on which another body that touches this one leaves it."""
        mine, others = self.corners, other.corners
        ways = [each for axis in _axes(self, other) for each in _ways(axis, mine, others)]
        depth_m, (x, y) = min(ways, key=lambda each: each[0])
        return depth_m * x, depth_m * y

    def _point(self, ahead_m: float, left_m: float) -> Place:
        c, s = cos(self.heading_rad), sin(self.heading_rad)
        return self.x_m + ahead_m * c - left_m * s, self.y_m + ahead_m * s + left_m * c


def body_of(state: VehicleState, kind: Kind = CAR) -> Body:
    """Return a car's body."""
    return Body(kind, state.x_m, state.y_m, state.heading_rad, state.speed_mps)


def _axes(one: Body, other: Body) -> list[Place]:
    axes = [(cos(each.heading_rad), sin(each.heading_rad)) for each in (one, other)]
    return axes + [(-y, x) for x, y in axes]


def _ways(
    axis: Place, mine: tuple[Place, ...], others: tuple[Place, ...]
) -> tuple[tuple[float, Place], tuple[float, Place]]:
    """Return how far the others must go to leave mine along an axis, either way."""
    along = [x * axis[0] + y * axis[1] for x, y in mine]
    beside = [x * axis[0] + y * axis[1] for x, y in others]
    back = (-axis[0], -axis[1])
    return (max(along) - min(beside), axis), (max(beside) - min(along), back)


def _apart(axis: Place, mine: tuple[Place, ...], others: tuple[Place, ...]) -> bool:
    along = [x * axis[0] + y * axis[1] for x, y in mine]
    beside = [x * axis[0] + y * axis[1] for x, y in others]
    return max(along) < min(beside) or max(beside) < min(along)
