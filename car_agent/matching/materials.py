"""Which part of the road each pixel shows from a pose: road, border, centre line, field.

How bright those are in somebody's hall isn't known; it follows from the pictures by least squares.
So only the geometry has to be searched for.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from car_agent.matching.views import Grey
from hardware.virtual.world.camera.pose import CameraPose
from hardware.virtual.world.looks import PLAIN_LOOKS
from hardware.virtual.world.renderer import Renderer
from hardware.virtual.world.scenery import TEXELS_PER_M, Scenery, mip_levels, paint
from hardware.virtual.world.track import Track

Masks = npt.NDArray[np.float32]

#: Each material has a channel of its own, the road none.
_LOOKS = replace(
    PLAIN_LOOKS,
    road_bgr=(0, 0, 0),
    border_bgr=(255, 0, 0),
    centre_bgr=(0, 255, 0),
    field_bgr=(0, 0, 255),
    barrier=None,
)
#: Further from the road than this anything may stand: barriers, feet, tables.
_BESIDE_M = 0.4
#: Further ahead than this a pixel shows too much at once.
FAR_M = 2.4
#: So wide a strip along the middle may hold dashes of any kind.
_DASHES_M = 0.09
_SHIFT = 3


@dataclass(frozen=True, slots=True)
class Brightness:
    """Grey levels of the four materials."""

    road: float
    border: float
    centre: float
    field: float


class Materials:
    """A track's materials, to be looked at from any camera."""

    def __init__(self, track: Track, *, has_dashes: bool = True) -> None:
        """``has_dashes`` False leaves the centre line out: nobody's dashes are quite as drawn."""
        self._scenery = _parted(track, has_dashes=has_dashes)

    def seen(
        self, pose: CameraPose, place: tuple[float, float, float], size_px: tuple[int, int]
    ) -> tuple[Masks, npt.NDArray[np.bool_]]:
        """Return rows × columns × 3 shares of border, centre and field, and which pixels count.

        ``place`` is x, y and heading of the car.
        """
        camera = Renderer(self._scenery, *size_px, pose=pose)
        shares = camera.render(*place).astype(np.float32) / np.float32(255)
        counts = shares.sum(axis=2) < 1.05
        counts[: camera.row_of(FAR_M)] = False
        return shares, counts


def brightness_of(shares: Masks, levels: Grey) -> Brightness:
    """Return how bright the materials of N×3 shares are that make N pixels most like themselves."""
    if not len(shares):
        return Brightness(0.0, 0.0, 0.0, 0.0)
    table = np.concatenate([np.ones((len(shares), 1), dtype=np.float32), shares], axis=1)
    # A little towards the mean: a material that can't be seen says nothing.
    normal = table.T @ table + 0.5 * np.eye(4, dtype=np.float32)
    mean = float(levels.mean())
    road, border, centre, field = np.linalg.solve(normal, table.T @ (levels - mean))
    road += mean
    return Brightness(float(road), float(road + border), float(road + centre), float(road + field))


def painted(shares: Masks, brightness: Brightness) -> Grey:
    """Return the picture that materials of that brightness make."""
    road = brightness.road
    weights = np.array(
        [brightness.border - road, brightness.centre - road, brightness.field - road],
        dtype=np.float32,
    )
    return np.asarray(shares @ weights + np.float32(road), dtype=np.float32)


def _parted(track: Track, *, has_dashes: bool) -> Scenery:
    """Return the ground with a channel for each material; far from the road nothing counts."""
    scenery = paint(track, _LOOKS)
    ground = scenery.levels[0].copy()
    near = np.zeros(ground.shape[:2], dtype=np.uint8)
    line = (track.centre - scenery.origin_m) * (TEXELS_PER_M, -TEXELS_PER_M) * (1 << _SHIFT)
    width = round((track.width_m + 2 * _BESIDE_M) * TEXELS_PER_M)
    cv2.polylines(near, [np.round(line).astype(np.int32)], True, 255, width, cv2.LINE_8, _SHIFT)
    if not has_dashes:
        points = [np.round(line).astype(np.int32)]
        cv2.polylines(near, points, True, 0, round(_DASHES_M * TEXELS_PER_M), cv2.LINE_8, _SHIFT)
    ground[near == 0] = 255
    return replace(scenery, levels=mip_levels(ground), field=(255, 255, 255))
