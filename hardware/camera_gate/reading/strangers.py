"""Cars without a mark that can be read: whatever moves over the track and bears no mark.

Without this a car whose mark is missing could break the beam beside one whose mark is read, and
the pass would silently be the other's. The track without cars is learned as it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from hardware.camera_gate.line import Line, Point
from hardware.cameras.frames import Pixels

#: The picture is looked at in this part of its size: cars are large, and noise averages out.
_SHRINK = 4
#: How much of each picture goes into what is known of the empty track.
_LEARNING_FRAC = 0.02
#: Brightness that differs more than this is something on the track.
_DIFFERENCE = 22
#: Something smaller than this part of a car's width squared is none.
_SMALLEST_FRAC = 0.15


@dataclass(frozen=True, slots=True)
class Mover:
    """Something on the track, in mm: from ``back_mm`` to ``front_mm`` ahead of the line."""

    back_mm: float
    front_mm: float
    left_mm: float
    right_mm: float

    @property
    def width_mm(self) -> float:
        """Across the direction of travel."""
        return self.right_mm - self.left_mm

    def aside_mm(self, place: Point) -> float:
        """How far a place is from its middle, across the direction of travel."""
        return abs(place[1] - (self.left_mm + self.right_mm) / 2)

    def holds(self, place: Point) -> bool:
        """Whether a place, as of ``Line.place``, lies within it."""
        ahead_mm, along_mm = place
        within = self.back_mm <= ahead_mm <= self.front_mm
        return within and self.left_mm <= along_mm <= self.right_mm


class TrackWatch:
    """Learns the empty track and tells what moves over it; one thread's."""

    def __init__(self, line: Line, car_width_mm: float) -> None:
        self._line = line
        side_px = car_width_mm * line.px_per_mm / _SHRINK
        self._smallest_px = max(6.0, _SMALLEST_FRAC * side_px * side_px)
        self._empty: np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None = None

    def look(self, grey: Pixels) -> list[Mover]:
        """Return what is on the track in this picture, and learn from it."""
        height_px, width_px = grey.shape[:2]
        size = (width_px // _SHRINK, height_px // _SHRINK)
        small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        if self._empty is None or self._empty.shape != small.shape:
            self._empty = small
            return []
        # Lamps flicker and cameras adapt: what changes everywhere alike is no car.
        drift = float(np.median(small - self._empty))
        different = (np.abs(small - self._empty - drift) > _DIFFERENCE).astype(np.uint8)
        different = cv2.morphologyEx(different, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        cv2.accumulateWeighted(small, self._empty, _LEARNING_FRAC)
        count, _labels, stats, _middles = cv2.connectedComponentsWithStats(different)
        rows = (stats[label] for label in range(1, count))
        return [self._mover(row) for row in rows if row[cv2.CC_STAT_AREA] >= self._smallest_px]

    def _mover(self, row: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> Mover:
        left, top, width, height = (int(value) * _SHRINK for value in row[:4])
        corners = [(x, y) for x in (left, left + width) for y in (top, top + height)]
        places = [self._line.place(corner) for corner in corners]
        ahead = [place[0] for place in places]
        along = [place[1] for place in places]
        return Mover(min(ahead), max(ahead), min(along), max(along))


def is_stranger_at_line(
    movers: Sequence[Mover],
    marks: Sequence[Point],
    slack_mm: float,
    car_width_mm: float,
    furthest_mm: float,
) -> bool:
    """Whether a car without a mark may have its nose within ``slack_mm`` of the line.

    ``marks`` are the places of the marks read in the same picture. Something too wide for the
    marks that it bears, or whose only mark is far from its middle, is two cars abreast; with its
    nose at the line and its foremost mark more than ``furthest_mm`` behind that, it is one car
    before another.
    """
    for mover in movers:
        if mover.front_mm < -slack_mm or mover.back_mm > slack_mm:
            continue
        borne = [place for place in marks if mover.holds(place)]
        if not borne:
            if mover.front_mm <= slack_mm:
                return True
            continue
        if mover.width_mm > (len(borne) + 0.6) * car_width_mm:
            return True
        if len(borne) == 1 and mover.aside_mm(borne[0]) > 0.25 * car_width_mm:
            return True
        lead_mm = mover.front_mm - max(ahead_mm for ahead_mm, _ in borne)
        if mover.front_mm <= slack_mm and lead_mm > furthest_mm:
            return True
    return False
