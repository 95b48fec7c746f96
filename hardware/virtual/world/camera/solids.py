"""Draws solid bodies into a camera's picture: the far ones first, so that near ones hide them."""

from collections.abc import Iterable
from math import cos, sin

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.objects.bodies import Block, Body
from hardware.virtual.world.scenery import Image, luma

Vector = tuple[float, float, float]

#: Nothing nearer to the camera's lens is drawn, and nothing further away.
_NEAR_M, _FAR_M = 0.03, 9.0
#: How bright a face is: ends, flanks and top catch the hall's light differently.
_END, _FLANK, _TOP = 0.88, 0.72, 1.12
#: OpenCV's fractional bits.
_SHIFT = 4


class SolidPainter:
    """Draws for one camera of that focal length and size; ``is_grey``: pictures are luma."""

    def __init__(
        self, pose: CameraPose, focal_px: float, size_px: tuple[int, int], *, is_grey: bool
    ) -> None:
        self._pose = pose
        self._focal_px = focal_px
        self._middle_px = (size_px[0] / 2 - 0.5, size_px[1] / 2 - 0.5)
        self._is_grey = is_grey
        self._pitch = (cos(pose.pitch_rad), sin(pose.pitch_rad))

    def draw(
        self, picture: Image, x_m: float, y_m: float, heading_rad: float, bodies: Iterable[Body]
    ) -> None:
        """Draw what a camera on a car at that pose sees of some bodies."""
        c, s = cos(heading_rad), sin(heading_rad)
        eye = (
            x_m + self._pose.ahead_m * c - self._pose.left_m * s,
            y_m + self._pose.ahead_m * s + self._pose.left_m * c,
        )
        look_rad = heading_rad + self._pose.yaw_rad
        c, s = cos(look_rad), sin(look_rad)
        seen = []
        for body in bodies:
            dx, dy = body.x_m - eye[0], body.y_m - eye[1]
            ahead_m = dx * c + dy * s
            # Wider than any lens: half the picture and the body's own size.
            aside_m = abs(dy * c - dx * s) - body.kind.reach_m
            if -body.kind.reach_m < ahead_m < _FAR_M and aside_m < 2.0 * max(ahead_m, 0.2):
                seen.append((dx * dx + dy * dy, body))
        for _, body in sorted(seen, key=lambda each: -each[0]):
            self._draw_body(picture, eye, look_rad, body)

    def _draw_body(
        self, picture: Image, eye: tuple[float, float], look_rad: float, body: Body
    ) -> None:
        c, s = cos(body.heading_rad), sin(body.heading_rad)
        dx, dy = eye[0] - body.x_m, eye[1] - body.y_m
        # The eye as the body sees it: that alone says which faces can be seen.
        ahead_m, left_m = dx * c + dy * s, dy * c - dx * s
        for block in _far_first(body.kind.blocks, ahead_m, left_m, self._pose.height_m):
            for corners, shade in _faces(block, ahead_m, left_m, self._pose.height_m):
                turned = [
                    self._as_seen(look_rad - body.heading_rad, (x - ahead_m, y - left_m, z))
                    for x, y, z in corners
                ]
                self._fill(picture, turned, self._colour(block, shade))

    def _as_seen(self, turn_rad: float, point: Vector) -> Vector:
        """Return right, down and depth of a point; x and y from the eye, z from the ground."""
        c, s = cos(turn_rad), sin(turn_rad)
        ahead_m, left_m = point[0] * c + point[1] * s, point[1] * c - point[0] * s
        down_m = self._pose.height_m - point[2]
        cos_pitch, sin_pitch = self._pitch
        depth_m = ahead_m * cos_pitch + down_m * sin_pitch
        return -left_m, down_m * cos_pitch - ahead_m * sin_pitch, depth_m

    def _colour(self, block: Block, shade: float) -> tuple[int, ...]:
        bgr = tuple(min(255, round(part * shade)) for part in block.bgr)
        return (luma(bgr),) if self._is_grey else bgr

    def _fill(self, picture: Image, corners: list[Vector], colour: tuple[int, ...]) -> None:
        clipped = corners if min(c[2] for c in corners) >= _NEAR_M else _before_lens(corners)
        if len(clipped) < 3:
            return
        scale = float(1 << _SHIFT)
        points: npt.NDArray[np.int32] = np.array(
            [
                (
                    round((self._middle_px[0] + self._focal_px * right / depth) * scale),
                    round((self._middle_px[1] + self._focal_px * down / depth) * scale),
                )
                for right, down, depth in clipped
            ],
            dtype=np.int32,
        )
        cv2.fillConvexPoly(picture, points, colour, lineType=cv2.LINE_AA, shift=_SHIFT)


def _far_first(
    blocks: tuple[Block, ...], ahead_m: float, left_m: float, height_m: float
) -> list[Block]:
    """Return blocks in the order in which they are painted: those on top of others come last."""

    def distance(block: Block) -> float:
        dx = (block.tail_m + block.nose_m) / 2 - ahead_m
        dz = (block.low_m + block.high_m) / 2 - height_m
        return dx * dx + left_m * left_m + dz * dz

    return sorted(blocks, key=lambda block: (block.low_m, -distance(block)))


def _faces(
    block: Block, ahead_m: float, left_m: float, height_m: float
) -> list[tuple[tuple[Vector, ...], float]]:
    """Return the corners and brightness of those faces that an eye at that place sees."""
    t, n, w, low, high = (
        block.tail_m,
        block.nose_m,
        block.half_width_m,
        block.low_m,
        block.high_m,
    )
    faces: list[tuple[tuple[Vector, ...], float]] = []
    if height_m > high:
        faces.append((((t, -w, high), (n, -w, high), (n, w, high), (t, w, high)), _TOP))
    if ahead_m < t or ahead_m > n:
        x = t if ahead_m < t else n
        faces.append((((x, -w, low), (x, w, low), (x, w, high), (x, -w, high)), _END))
    if abs(left_m) > w:
        y = w if left_m > w else -w
        faces.append((((t, y, low), (n, y, low), (n, y, high), (t, y, high)), _FLANK))
    return faces


def _before_lens(corners: list[Vector]) -> list[Vector]:
    """Return a polygon's part that lies before the lens."""
    kept: list[Vector] = []
    for before, after in zip(corners, corners[1:] + corners[:1], strict=True):
        if before[2] >= _NEAR_M:
            kept.append(before)
        if (before[2] >= _NEAR_M) != (after[2] >= _NEAR_M):
            frac = (_NEAR_M - before[2]) / (after[2] - before[2])
            kept.append(tuple(a + frac * (b - a) for a, b in zip(before, after, strict=True)))  # type: ignore[arg-type] # three as well
    return kept
