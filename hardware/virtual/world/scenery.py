"""What there is to see around a track: the ground from above as mip-mapped pictures, and walls."""

from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.tracks.ground import lay_picture
from hardware.virtual.world.barrier import Barrier, PaintedBarrier, painted
from hardware.virtual.world.looks import PLAIN_LOOKS, Looks, weather
from hardware.virtual.world.markings import FINISH_WIDTH_M
from hardware.virtual.world.track import Points, Track

Image = npt.NDArray[np.uint8]

TEXELS_PER_M = 160
#: How far the painted ground reaches beyond the track; further out everything is field.
MARGIN_M = 2.0
#: A coarser level than 1/64 of the finest shows nothing that a flat field wouldn't.
MIP_LEVELS = 7

#: Picture rows of the wall around the hall, and columns for all the way round.
WALL_ROWS, WALL_COLUMNS = 8, 720


@dataclass(frozen=True, slots=True)
class Scenery:
    """The ground as seen from above, finest level first, and the hall's wall all the way round.

    Texel (column, row) of level 0 shows the ground at ``origin_m`` + (column, −row) /
    ``TEXELS_PER_M``; each further level halves the resolution. Grey scenery has 2-D pictures.
    """

    levels: tuple[Image, ...]
    wall: Image
    field: tuple[int, ...]
    sky: tuple[int, ...]
    origin_m: tuple[float, float]
    barrier: PaintedBarrier | None

    @property
    def is_grey(self) -> bool:
        """Whether the pictures are luma, not blue, green and red."""
        return self.levels[0].ndim == 2

    def to_grey(self) -> "Scenery":
        """Return the same in luma (BT.601, as a camera's picture is turned grey)."""
        field, sky = (luma(colour) for colour in (self.field, self.sky))
        return Scenery(
            tuple(np.asarray(cv2.cvtColor(level, cv2.COLOR_BGR2GRAY)) for level in self.levels),
            np.asarray(cv2.cvtColor(self.wall, cv2.COLOR_BGR2GRAY)),
            (field,),
            (sky,),
            self.origin_m,
            self.barrier,
        )


@lru_cache(maxsize=1024)
def luma(bgr: tuple[int, ...]) -> int:
    """Return a colour's grey level (BT.601)."""
    one = np.array([[bgr]], dtype=np.uint8)
    return int(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY)[0, 0])


def paint(track: Track, looks: Looks = PLAIN_LOOKS) -> Scenery:
    """Paint a track's ground: field, road, white borders, dashed centre line, finish line.

    Where a track has a picture of its real ground, it is that picture, as worn as ``looks`` say,
    and around it what its edge mostly looks like. Raises TrackFileError where the picture can't be
    read.
    """
    low = track.centre.min(axis=0) - track.width_m / 2 - MARGIN_M
    high = track.centre.max(axis=0) + track.width_m / 2 + MARGIN_M
    columns, rows = (int(side) for side in np.ceil((high - low) * TEXELS_PER_M))
    origin = np.array([low[0], high[1]])
    ground = np.empty((rows, columns, 3), dtype=np.uint8)
    ground[:] = looks.field_bgr
    if track.ground is not None:
        corner_m = (float(low[0]), float(high[1]))
        around_bgr = lay_picture(ground, track.ground, corner_m, TEXELS_PER_M)
        return _scenery(track, ground, replace(looks, field_bgr=around_bgr), origin)

    def texels(points: Points) -> npt.NDArray[np.int32]:
        # Three fractional bits, so that lines are smooth: OpenCV's ``shift``.
        scaled = (points - origin) * (TEXELS_PER_M, -TEXELS_PER_M) * 8
        return np.asarray(np.round(scaled), dtype=np.int32)

    for colour, width_m in (
        (looks.border_bgr, track.width_m),
        (looks.road_bgr, track.width_m - 2 * looks.border_width_m),
    ):
        left, right = texels(track.line(width_m / 2)), texels(track.line(-width_m / 2))
        # Filled strip by strip: a polygon of the whole ring would need a hole.
        for index in range(len(left)):
            follower = (index + 1) % len(left)
            strip = np.array([left[index], left[follower], right[follower], right[index]])
            cv2.fillConvexPoly(ground, strip, colour, lineType=cv2.LINE_8, shift=3)
    thickness = max(1, round(looks.dash_width_m * TEXELS_PER_M))
    dash_points = max(2, round(looks.dash_m / track.spacing_m))
    stride = max(1, round((looks.dash_m + looks.gap_m) / track.spacing_m))
    for start in range(0, len(track.centre) - dash_points, stride):
        dash = texels(track.centre[start : start + dash_points])
        cv2.polylines(ground, [dash], False, looks.centre_bgr, thickness, cv2.LINE_AA, shift=3)
    ends = texels(np.array([track.finish.left, track.finish.right]))
    finish_texels = round(FINISH_WIDTH_M * TEXELS_PER_M)
    cv2.polylines(ground, [ends], False, looks.border_bgr, finish_texels, cv2.LINE_AA, shift=3)
    return _scenery(track, ground, looks, origin)


def _scenery(track: Track, ground: Image, looks: Looks, origin: Points) -> Scenery:
    weather(ground, looks, TEXELS_PER_M)
    return Scenery(
        mip_levels(ground),
        _wall(looks.seed),
        looks.field_bgr,
        looks.sky_bgr,
        (float(origin[0]), float(origin[1])),
        painted(Barrier(track), looks.barrier, looks.seed) if looks.barrier else None,
    )


def mip_levels(ground: Image) -> tuple[Image, ...]:
    """Return a picture of the ground and ever coarser ones of it, as ``Scenery`` holds them."""
    levels = [ground]
    while len(levels) < MIP_LEVELS:
        half = cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        levels.append(np.asarray(half, dtype=np.uint8))
    return tuple(levels)


def _wall(seed: int) -> Image:
    """Return the hall's wall: panels of different greys and browns, twice round for any slice."""
    chance = np.random.default_rng(seed)
    wall = np.empty((WALL_ROWS, WALL_COLUMNS, 3), dtype=np.uint8)
    column = 0
    while column < WALL_COLUMNS:
        width = int(chance.integers(20, 70))
        wall[:, column : column + width] = chance.integers(70, 130) + chance.integers(-12, 13, 3)
        column += width
    return np.concatenate([wall, wall], axis=1)
