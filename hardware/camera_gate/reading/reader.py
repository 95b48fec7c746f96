"""Reads marks from one picture: ids and corners, nothing of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from hardware.camera_gate.line import Point
from hardware.camera_gate.reading.dictionaries import MarkSet
from hardware.cameras.frames import Pixels


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mark in one picture: its number, its corners, its middle and its side in px."""

    mark: int
    corners_px: tuple[Point, ...]
    middle_px: Point
    side_px: float


class MarkReader:
    """One thread's detector. It corrects no bit: a false number is next to impossible."""

    def __init__(self, marks: MarkSet) -> None:
        self.marks = marks
        parameters = cv2.aruco.DetectorParameters()
        parameters.errorCorrectionRate = 0.0
        parameters.maxErroneousBitsInBorderRate = 0.1
        # Marks of 25 px and more: a small window finds their rims, larger ones only cost time.
        parameters.adaptiveThreshWinSizeMin = 7
        parameters.adaptiveThreshWinSizeMax = 23
        parameters.adaptiveThreshWinSizeStep = 16
        parameters.minMarkerPerimeterRate = 0.08
        dictionary = cv2.aruco.getPredefinedDictionary(marks.opencv_id)
        self._detector = cv2.aruco.ArucoDetector(dictionary, parameters)

    def read(self, grey: Pixels) -> list[Sighting]:
        """Return every mark of the set in a grey picture."""
        corners, ids, _rejected = self._detector.detectMarkers(grey)
        if ids is None:
            return []
        found = zip(np.asarray(ids).ravel(), corners, strict=True)
        return [_sighting(int(number), np.asarray(quad).reshape(4, 2)) for number, quad in found]


def grey_of(pixels: Pixels) -> Pixels:
    """Return a picture's brightness; a grey one is returned as it is."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _sighting(number: int, quad: npt.NDArray[Any]) -> Sighting:
    corners = tuple((float(x), float(y)) for x, y in quad)
    side_px = float(np.mean(np.linalg.norm(quad - np.roll(quad, 1, axis=0), axis=1)))
    return Sighting(number, corners, _crossing(corners), side_px)


def _crossing(corners: Sequence[Point]) -> Point:
    """Where the diagonals cross: the square's middle whatever the perspective."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    divisor = (ax - cx) * (by - dy) - (ay - cy) * (bx - dx)
    if abs(divisor) < 1e-9:
        return (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4
    share = ((ax - bx) * (by - dy) - (ay - by) * (bx - dx)) / divisor
    return ax + share * (cx - ax), ay + share * (cy - ay)
