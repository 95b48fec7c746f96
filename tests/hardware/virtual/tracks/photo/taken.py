"""Photos of a mat with known truth: a painted track seen by a phone's camera, with its faults."""

from dataclasses import dataclass

import cv2
import numpy as np

from hardware.virtual.tracks.photo.straighten import Picture, Taps
from hardware.virtual.world.looks import PLAIN_LOOKS, Looks
from hardware.virtual.world.scenery import TEXELS_PER_M, paint
from hardware.virtual.world.track import Points, Track

PHOTO_PX = (2000, 1500)


@dataclass(frozen=True)
class Photo:
    """A photo, the taps that go with it, and where the plan's origin lies on the track's ground."""

    picture: Picture
    taps: Taps
    origin_m: tuple[float, float]

    def pixel_of(self, x_m: float, y_m: float) -> tuple[int, int]:
        """Return where the photo shows a place of the track's ground."""
        corners = np.array(self.taps.corners) * PHOTO_PX
        width_m, height_m = self.taps.width_m, self.taps.height_m
        ground = np.array([(0, height_m), (width_m, height_m), (width_m, 0), (0, 0)])
        matrix = cv2.getPerspectiveTransform(ground.astype(np.float32), corners.astype(np.float32))
        place = np.array([[[x_m - self.origin_m[0], y_m - self.origin_m[1]]]])
        column, row = cv2.perspectiveTransform(place, matrix)[0, 0]
        return int(column), int(row)

    def jpeg(self) -> bytes:
        return bytes(cv2.imencode(".jpg", self.picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1])


def photo_of(
    track: Track,
    *,
    view: Points | None = None,
    noise: float = 4.0,
    shade: float = 0.35,
    tap_error_px: float = 0.0,
    margin_m: float = 0.25,
    looks: Looks = PLAIN_LOOKS,
    seed: int = 1,
) -> Photo:
    """Take a photo of a painted mat that reaches ``margin_m`` beyond the road.

    ``view``: where the mat's corners lie in the photo, as fractions, clockwise from the upper left.
    ``shade``: how much darker one side of the hall is. The corners are tapped that much amiss.
    """
    chance = np.random.default_rng(seed)
    scenery = paint(track, looks)
    ground = scenery.levels[0]
    reach_m = track.width_m / 2 + margin_m
    low, high = track.centre.min(axis=0) - reach_m, track.centre.max(axis=0) + reach_m
    corners_m = np.array([(low[0], high[1]), high, (high[0], low[1]), low])
    texels = (corners_m - scenery.origin_m) * (TEXELS_PER_M, -TEXELS_PER_M)
    fractions = np.array([(0.24, 0.2), (0.81, 0.16), (0.97, 0.88), (0.04, 0.93)])
    seen = (fractions if view is None else view) * PHOTO_PX
    matrix = cv2.getPerspectiveTransform(texels.astype(np.float32), seen.astype(np.float32))
    # The hall's floor around the mat, grey and speckled.
    floor = chance.integers(120, 150, (PHOTO_PX[1] // 4, PHOTO_PX[0] // 4, 1)).astype(np.uint8)
    photo = np.repeat(cv2.resize(floor, PHOTO_PX)[:, :, None], 3, axis=2)
    warped = cv2.warpPerspective(ground, matrix, PHOTO_PX, flags=cv2.INTER_AREA)
    mat = np.zeros(PHOTO_PX[::-1], dtype=np.uint8)
    cv2.fillConvexPoly(mat, np.round(seen).astype(np.int32), 255)
    photo[mat > 0] = warped[mat > 0]
    light = np.linspace(1.0 - shade, 1.0, PHOTO_PX[0])[None, :, None]
    lit = cv2.GaussianBlur(photo, (0, 0), 1.2) * light + chance.normal(0, noise, photo.shape)
    tapped = (seen + 0.5 + chance.normal(0, tap_error_px, seen.shape)) / PHOTO_PX
    size_m = high - low
    taps = Taps([(float(x), float(y)) for x, y in tapped], float(size_m[0]), float(size_m[1]))
    origin_m = (float(low[0]), float(low[1]))
    return Photo(np.clip(lit, 0, 255).astype(np.uint8), taps, origin_m)
