"""What a car's camera sees: the ground warped by the camera's perspective, walls, light, noise.

The camera is DeepRacer's: 1.13 rad across, 15° down, 0.13 m above the ground and 0.145 m ahead of
the base. Rows of the picture are warped in bands, each from the mip level whose texels are about
as large as what one pixel of the band covers, so that the far dashes don't flicker.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from math import atan2, ceil, cos, log2, sin, tan
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.world.camera.exposure import Exposure
from hardware.virtual.world.camera.panels import PanelPainter
from hardware.virtual.world.camera.pose import CameraPose, Light
from hardware.virtual.world.camera.solids import SolidPainter
from hardware.virtual.world.objects.bodies import Body
from hardware.virtual.world.scenery import (
    TEXELS_PER_M,
    WALL_COLUMNS,
    Image,
    Scenery,
)

Matrix = npt.NDArray[np.float64]

#: Ground nearer to the horizon than this is not looked up: it is all field.
_FAR_M = 12.0


@dataclass(frozen=True, slots=True)
class _Band:
    top: int
    bottom: int
    level: int


class Renderer:
    """Renders pictures of one size from one scenery; grey or blue-green-red as the scenery is.

    Not for several threads at once. ``chance`` drives the noise: same seed, same pictures.
    """

    def __init__(
        self,
        scenery: Scenery,
        width_px: int,
        height_px: int,
        *,
        pose: CameraPose | None = None,
        chance: np.random.Generator | None = None,
    ) -> None:
        self._scenery = scenery
        self._pose = pose or CameraPose()
        self._size_px = (width_px, height_px)
        self._focal_px = width_px / 2 / tan(self._pose.field_of_view_rad / 2)
        horizon = height_px / 2 - self._focal_px * tan(self._pose.pitch_rad)
        self._first_row = self.row_of(_FAR_M)
        self._horizon_row = max(0, min(self._first_row, round(horizon)))
        self._bands = self._cut_bands()
        self._shrinks = np.array([_shrink(band.level) for band in self._bands]).reshape(-1, 3, 3)
        shifts = [np.array([[1.0, 0, 0], [0, 1, band.top], [0, 0, 1]]) for band in self._bands]
        self._ground_from_band = self._look_at_ground() @ np.array(shifts).reshape(-1, 3, 3)
        depth = () if scenery.is_grey else (3,)
        self._picture: Image = np.empty((height_px, width_px, *depth), dtype=np.uint8)
        # A wall 1.2 m high some 12 m away: a tenth of the focal length.
        self._wall_rows = min(self._horizon_row, max(1, round(self._focal_px * 0.1)))
        self._exposure = Exposure(
            width_px, height_px, chance or np.random.default_rng(0), is_grey=scenery.is_grey
        )
        self._panels = self._panel_painter()
        self._solids = SolidPainter(
            self._pose, self._focal_px, self._size_px, is_grey=scenery.is_grey
        )

    def render(
        self,
        x_m: float,
        y_m: float,
        heading_rad: float,
        light: Light | None = None,
        bodies: Sequence[Body] = (),
    ) -> Image:
        """Return a new picture, height × width or height × width × 3 uint8, from a car's pose.

        ``bodies`` are what else is on the road; the car itself isn't one of them.
        """
        picture = self._picture
        self._paint_background(heading_rad, light.wall_turn_rad if light else 0.0)
        texture_from_ground = self._texture_from_ground(x_m, y_m, heading_rad)
        texture_from_pixel = self._shrinks @ texture_from_ground @ self._ground_from_band
        for band, matrix in zip(self._bands, texture_from_pixel, strict=True):
            cv2.warpPerspective(
                self._scenery.levels[band.level],
                matrix,
                (self._size_px[0], band.bottom - band.top),
                dst=picture[band.top : band.bottom],
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=self._scenery.field,
            )
        if self._panels is not None:
            self._panels.draw(picture, x_m, y_m, heading_rad)
        if bodies:
            self._solids.draw(picture, x_m, y_m, heading_rad, bodies)
        return self._exposure.expose(picture, light) if light else picture.copy()

    def apart(self, seed: int) -> Self:
        """Return this camera for one car: its noise depends on ``seed`` and its own pictures alone.

        The ground, and the room in which a picture is made, are shared.
        """
        own = copy(self)
        own._exposure = self._exposure.apart(seed)  # noqa: SLF001 - of this class
        return own

    def _panel_painter(self) -> PanelPainter | None:
        barrier, is_grey = self._scenery.barrier, self._scenery.is_grey
        if barrier is None:
            return None
        return PanelPainter(barrier, self._pose, self._focal_px, self._size_px, is_grey=is_grey)

    def _paint_background(self, heading_rad: float, wall_turn_rad: float) -> None:
        picture, width_px = self._picture, self._size_px[0]
        wall_top = self._horizon_row - self._wall_rows
        picture[:wall_top] = self._scenery.sky
        picture[self._horizon_row : self._first_row] = self._scenery.field
        if self._wall_rows <= 0:
            return
        per_rad = WALL_COLUMNS / (2 * np.pi)
        view_rad = self._pose.field_of_view_rad
        left_rad = heading_rad + self._pose.yaw_rad + wall_turn_rad + view_rad / 2
        first = int((-left_rad * per_rad) % WALL_COLUMNS)
        part = self._scenery.wall[:, first : first + max(2, round(view_rad * per_rad))]
        cv2.resize(
            part,
            (width_px, self._wall_rows),
            dst=picture[wall_top : self._horizon_row],
            interpolation=cv2.INTER_LINEAR,
        )

    def _look_at_ground(self) -> Matrix:
        """Return pixel (u, v, 1) → the car's ground (ahead, left, 1), homogeneous."""
        f, (width_px, height_px) = self._focal_px, self._size_px
        c, s = cos(self._pose.pitch_rad), sin(self._pose.pitch_rad)
        h = self._pose.height_m
        rays = np.array([[1 / f, 0, -width_px / 2 / f], [0, 1 / f, -height_px / 2 / f], [0, 0, 1]])
        # A ray (x right, y down, 1 forward) meets the ground where its fall is the height.
        ground = np.array([[0, -s * h, c * h], [-h, 0, 0], [0, c, s]])
        cos_yaw, sin_yaw = cos(self._pose.yaw_rad), sin(self._pose.yaw_rad)
        mount = np.array(
            [
                [cos_yaw, -sin_yaw, self._pose.ahead_m],
                [sin_yaw, cos_yaw, self._pose.left_m],
                [0, 0, 1.0],
            ]
        )
        # Pixel centres lie half a pixel in.
        half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
        return np.asarray(mount @ ground @ rays @ half, dtype=np.float64)

    def _texture_from_ground(self, x_m: float, y_m: float, heading_rad: float) -> Matrix:
        c, s = cos(heading_rad), sin(heading_rad)
        k, (origin_x_m, origin_y_m) = TEXELS_PER_M, self._scenery.origin_m
        return np.array(
            [
                [k * c, -k * s, k * (x_m - origin_x_m)],
                [-k * s, -k * c, -k * (y_m - origin_y_m)],
                [0, 0, 1],
            ]
        )

    def row_of(self, distance_m: float) -> int:
        """Return the picture's first row that shows ground no further away, within the picture."""
        below_rad = atan2(self._pose.height_m, distance_m) - self._pose.pitch_rad
        row = self._size_px[1] / 2 + self._focal_px * tan(below_rad)
        return max(0, min(self._size_px[1], ceil(row)))

    def _cut_bands(self) -> tuple[_Band, ...]:
        bands: list[_Band] = []
        for row in range(self._first_row, self._size_px[1]):
            level = self._level_of(row)
            if bands and bands[-1].level == level:
                bands[-1] = _Band(bands[-1].top, row + 1, level)
            else:
                bands.append(_Band(row, row + 1, level))
        return tuple(bands)

    def _level_of(self, row: int) -> int:
        """Return the mip level whose texel is as large as what a pixel of that row covers."""
        y = (row + 0.5 - self._size_px[1] / 2) / self._focal_px
        fall = sin(self._pose.pitch_rad) + y * cos(self._pose.pitch_rad)
        across_m = self._pose.height_m / fall / self._focal_px
        along_m = self._pose.height_m / fall**2 / self._focal_px
        texels = (across_m * along_m) ** 0.5 * TEXELS_PER_M
        return max(0, min(len(self._scenery.levels) - 1, round(log2(max(texels, 1.0)))))


def _shrink(level: int) -> Matrix:
    """Return texel of level 0 → texel of a coarser one, whose texel 0 covers its first 2**n."""
    scale = 0.5**level
    return np.array([[scale, 0, scale / 2 - 0.5], [0, scale, scale / 2 - 0.5], [0, 0, 1]])
