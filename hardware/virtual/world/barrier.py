"""The barriers around a track, as DeepRacer's world has them: 0.6 m away from the road, all round.

They hide the hall from a car's camera, and end the way of a car that left the road too fast.
"""

from dataclasses import dataclass
from functools import cached_property
from math import atan2, cos

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.world.looks import BarrierLooks, Bgr
from hardware.virtual.world.objects.bodies import Body
from hardware.virtual.world.track import Points, Track

GAP_M = 0.6
#: The line is found on a grid of so many points a metre, and straightened by this much.
_PER_M = 40
_STRAIGHTENED_M = 0.05
#: OpenCV's fractional bits.
_SHIFT = 3


class Barrier:
    """A closed line around a track that no car passes. Raises nothing: each track has one."""

    def __init__(self, track: Track) -> None:
        self.corners: Points = _around(track)
        self._line = self.corners.astype(np.float32).reshape(-1, 1, 2)

    def is_hit_by(self, body: Body) -> bool:
        """Whether a corner of a body is through it."""
        return any(
            cv2.pointPolygonTest(self._line, corner, measureDist=False) < 0
            for corner in body.corners
        )


@dataclass(frozen=True)
class PaintedBarrier:
    """A barrier as it is drawn: panels from corner to corner, each of one colour.

    ``corners`` N×2 metres; panel n leads from corner n to the next one. ``bgr`` N×3 0–255.
    """

    corners: Points
    bgr: npt.NDArray[np.float64]
    height_m: float

    @cached_property
    def luma(self) -> list[tuple[int, ...]]:
        """Each panel's colour in grey (BT.601)."""
        return [(round(level),) for level in self.bgr @ (0.114, 0.587, 0.299)]

    @cached_property
    def colours(self) -> list[tuple[int, ...]]:
        """Each panel's colour."""
        return [tuple(round(part) for part in panel) for panel in self.bgr.tolist()]


def painted(barrier: Barrier, looks: BarrierLooks, seed: int) -> PaintedBarrier:
    """Return how a barrier looks: lit from one side, with panels that are not quite alike."""
    chance = np.random.default_rng(seed)
    corners = barrier.corners
    ahead = np.roll(corners, -1, axis=0) - corners
    light_rad = float(chance.uniform(-np.pi, np.pi))
    lit = [1.0 + 0.08 * cos(atan2(y, x) - light_rad) for x, y in ahead]
    unlike = 1.0 + looks.contrast * chance.uniform(-1.0, 1.0, len(corners))
    shades = np.array(lit) * unlike
    colour: Bgr = looks.bgr
    bgr = np.clip(shades[:, None] * np.array(colour, dtype=np.float64), 0, 255)
    return PaintedBarrier(corners, bgr, looks.height_m)


def _around(track: Track) -> Points:
    """Return the outline of all ground nearer to the road than the gap, counter-clockwise."""
    reach_m = track.width_m / 2 + GAP_M
    low = track.centre.min(axis=0) - reach_m - 4 / _PER_M
    size = track.centre.max(axis=0) + reach_m + 4 / _PER_M - low
    columns, rows = (int(side) for side in np.ceil(size * _PER_M))
    ground = np.zeros((rows, columns), dtype=np.uint8)
    line = np.round((track.centre - low) * _PER_M * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(ground, [line], True, 255, round(2 * reach_m * _PER_M), cv2.LINE_8, _SHIFT)
    outlines, _ = cv2.findContours(ground, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(outlines, key=cv2.contourArea)
    straight = cv2.approxPolyDP(largest, _STRAIGHTENED_M * _PER_M, closed=True)
    corners = straight[:, 0, :].astype(np.float64) / _PER_M + low
    x, y = corners[:, 0], corners[:, 1]
    is_clockwise = np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) < 0
    return np.ascontiguousarray(corners[::-1] if is_clockwise else corners)
