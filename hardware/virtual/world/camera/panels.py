"""Draws a barrier's panels into a camera's picture, those far away first."""

from cmath import rect
from math import cos, sin, tan

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.world.barrier import PaintedBarrier
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.scenery import Image

#: OpenCV's fractional bits.
_SHIFT = 4
_ONE = float(1 << _SHIFT)
_NEAREST_M = 0.3
_CLEAR_M = 0.1
#: A panel's corners: of the first end, then of the second one, the lower end outermost.
_EDGES = (0, 0, 1, 1)

Ends = npt.NDArray[np.complex128]


class PanelPainter:
    """Draws for one camera of that focal length and size."""

    def __init__(
        self,
        barrier: PaintedBarrier,
        pose: CameraPose,
        focal_px: float,
        size_px: tuple[int, int],
        *,
        is_grey: bool,
    ) -> None:
        self._pose = pose
        self._corners = barrier.corners[:, 0] + 1j * barrier.corners[:, 1]
        self._next = np.roll(np.arange(len(barrier.corners)), -1)
        self._colours = barrier.luma if is_grey else barrier.colours
        self._focal_px = focal_px
        self._middle_px = (size_px[0] / 2 - 0.5, size_px[1] / 2 - 0.5)
        cos_pitch, sin_pitch = cos(pose.pitch_rad), sin(pose.pitch_rad)
        # Of a point so far below the lens: what that adds to its depth and its place further down.
        high_m = pose.height_m - barrier.height_m
        drops = np.array([pose.height_m, high_m, high_m, pose.height_m])
        self._deeper, self._lower = drops * sin_pitch, drops * cos_pitch
        self._pitch = (cos_pitch, sin_pitch)
        # Nearer than this the panels' upper ends would come to lie behind the lens.
        rise_m = (barrier.height_m - pose.height_m) * tan(pose.pitch_rad)
        self._near_m = max(_NEAREST_M, rise_m + _CLEAR_M)
        # What is further aside than this many times its distance is out of the picture.
        self._widest = 1.25 * (size_px[0] / 2 / focal_px) / cos_pitch + 0.05

    def draw(self, picture: Image, x_m: float, y_m: float, heading_rad: float) -> None:
        """Draw what a camera on a car at that pose sees of it."""
        pose = self._pose
        eye = complex(x_m, y_m) + rect(1.0, heading_rad) * complex(pose.ahead_m, pose.left_m)
        # Complex numbers turn all corners at once: ahead is real, left imaginary.
        corners = (self._corners - eye) * rect(1.0, -heading_rad - pose.yaw_rad)
        ahead, left = corners.real, corners.imag
        # Which corners are out on the left, on the right, or behind: panels with both ends there.
        reach = np.maximum(ahead, self._near_m) * self._widest
        out = (left > reach) + 2 * (left < -reach) + 4 * (ahead < self._near_m)
        faces = (corners * corners[self._next].conjugate()).imag < 0
        seen = np.flatnonzero(faces & ((out & out[self._next]) == 0))
        if not len(seen):
            return
        ends = np.stack([corners[seen], corners[self._next[seen]]], axis=1)
        far_first = np.argsort(-np.abs(ends.sum(axis=1)))
        points = self._projected(self._clipped(ends[far_first]))
        colours = self._colours
        for number, place in enumerate(seen[far_first].tolist()):
            cv2.fillConvexPoly(picture, points[number], colours[place], cv2.LINE_8, _SHIFT)

    def _clipped(self, ends: Ends) -> Ends:
        """Return panels of which no end is too near: those that are, cut off there."""
        ahead = ends.real
        is_near = ahead < self._near_m
        if not is_near.any():
            return ends
        here, there = ends, ends[:, ::-1]
        apart = np.where(is_near, there.real - ahead, 1.0)
        cut = here + (there - here) * (self._near_m - ahead) / apart
        return np.where(is_near, cut, ends)

    def _projected(self, ends: Ends) -> npt.NDArray[np.int32]:
        """Return each panel's four corners in the picture, in OpenCV's fractions of a pixel."""
        cos_pitch, sin_pitch = self._pitch
        # Lower and upper end of the first edge, then upper and lower end of the second one.
        ahead, left = ends.real[:, _EDGES], ends.imag[:, _EDGES]
        scale = self._focal_px * _ONE / (ahead * cos_pitch + self._deeper)
        points = np.empty((len(ends), 4, 2))
        points[:, :, 0] = self._middle_px[0] * _ONE - scale * left
        points[:, :, 1] = self._middle_px[1] * _ONE + scale * (self._lower - ahead * sin_pitch)
        return np.rint(points).astype(np.int32)
