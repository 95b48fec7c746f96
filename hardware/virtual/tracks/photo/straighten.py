"""A photo of a mat, taken at an angle, becomes a picture from straight above, to scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.errors import TrackPhotoError

Picture = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]
Place = tuple[float, float]

#: What a phone's camera writes is below both.
MAX_PHOTO_BYTES = 25_000_000
MAX_PHOTO_PIXELS = 60_000_000
#: The straightened picture: as fine as the virtual venue's ground, and no more than so many texels.
MOST_TEXELS_PER_M = 160.0
_MOST_TEXELS = 6_000_000
#: A rectangle's corners nearer to each other than this share of the photo's width say nothing.
_LEAST_SIDE_FRAC = 0.02
_LEAST_TEXELS_PER_M = 20.0
_MOST_FRACTION = 2.0
MOST_SIDE_M = 60.0


@dataclass(frozen=True, slots=True)
class Taps:
    """A known rectangle on the ground, and where a photo shows it.

    ``corners`` are the rectangle's upper left, upper right, lower right and lower left as it shall
    lie in the plan, where its lower left is (0, 0): fractions of the photo's width and height, or
    pixels where any is above two.
    ``reach_m``: how much ground is wanted beyond the rectangle, on each side.
    """

    corners: Sequence[Place]
    width_m: float
    height_m: float
    reach_m: float = 0.3


@dataclass(frozen=True, slots=True)
class Straight:
    """The ground from above. ``seen`` is false where the photo shows none of it.

    Texel (column, row) shows ``left_m`` + column / ``texels_per_m``, ``top_m`` − row / likewise.
    """

    picture: Picture
    seen: npt.NDArray[np.bool_]
    left_m: float
    top_m: float
    texels_per_m: float


def read_photo(content: bytes) -> Picture:
    """Return a JPEG or PNG upright, blue, green, red. Raises TrackPhotoError."""
    if len(content) > MAX_PHOTO_BYTES:
        raise TrackPhotoError("The photo has more than 25 MB; send a smaller one.")
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise TrackPhotoError("Send the photo as a JPEG or PNG file.")
    photo = None
    try:
        photo = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        photo = None
    if photo is None:
        raise TrackPhotoError("The photo can't be read; send it as a JPEG or PNG file.")
    if photo.shape[0] * photo.shape[1] > MAX_PHOTO_PIXELS:
        raise TrackPhotoError("The photo has more than 60 million pixels; send a smaller one.")
    return np.asarray(photo, dtype=np.uint8)


def straighten(photo: Picture, taps: Taps) -> Straight:
    """Return the ground around a rectangle from above. Raises TrackPhotoError."""
    rows, columns = photo.shape[:2]
    corners = np.array(taps.corners, dtype=np.float64).reshape(-1, 2)
    if not (np.abs(corners) > _MOST_FRACTION).any():
        corners = corners * (columns, rows)
    _check(corners, columns, taps)
    width_m, height_m, reach_m = taps.width_m, taps.height_m, taps.reach_m
    around_m = (width_m + 2 * reach_m, height_m + 2 * reach_m)
    texels_per_m = min(MOST_TEXELS_PER_M, (_MOST_TEXELS / (around_m[0] * around_m[1])) ** 0.5)
    texels_per_m = max(_LEAST_TEXELS_PER_M, min(texels_per_m, 1.5 * _pixels_per_m(corners, taps)))
    left_m, top_m = -reach_m, height_m + reach_m
    size = (round(around_m[0] * texels_per_m), round(around_m[1] * texels_per_m))
    rectangle = np.array([(0, height_m), (width_m, height_m), (width_m, 0), (0, 0)])
    texels = (rectangle - (left_m, top_m)) * (texels_per_m, -texels_per_m)
    # Texel and pixel centres lie half of one in.
    matrix, _ = cv2.findHomography(corners - 0.5, texels - 0.5)
    if matrix is None:
        raise TrackPhotoError("The four corners make no rectangle as a camera sees one.")
    picture = cv2.warpPerspective(photo, matrix, size, flags=cv2.INTER_AREA)
    covered = np.full(photo.shape[:2], 255, dtype=np.uint8)
    seen = cv2.warpPerspective(covered, matrix, size, flags=cv2.INTER_NEAREST) > 127
    seen &= _is_before_camera(np.linalg.inv(np.asarray(matrix, np.float64)), size, corners)
    picture[~seen] = np.median(picture[seen], axis=0) if seen.any() else 0
    return Straight(np.asarray(picture, dtype=np.uint8), seen, left_m, top_m, texels_per_m)


def _check(corners: Matrix, columns: int, taps: Taps) -> None:
    if not all(0.05 <= side <= MOST_SIDE_M for side in (taps.width_m, taps.height_m)):
        raise TrackPhotoError("The rectangle's sides are 5 cm to 60 m long.")
    if corners.shape != (4, 2) or not np.isfinite(corners).all():
        raise TrackPhotoError("Four corners are needed.")
    ahead = np.roll(corners, -1, axis=0) - corners
    turn = ahead[:, 0] * np.roll(ahead[:, 1], -1) - ahead[:, 1] * np.roll(ahead[:, 0], -1)
    if not (turn > 0).all():
        raise TrackPhotoError(
            "Name the corners clockwise as the photo shows them: upper left, upper right, lower "
            "right, lower left."
        )
    if np.hypot(*ahead.T).min() < _LEAST_SIDE_FRAC * columns:
        raise TrackPhotoError("The rectangle is too small in the photo; take one that fills more.")


def _pixels_per_m(corners: Matrix, taps: Taps) -> float:
    """Return how fine the photo shows the rectangle where it shows it finest."""
    sides_m = (taps.width_m, taps.height_m, taps.width_m, taps.height_m)
    ahead = np.roll(corners, -1, axis=0) - corners
    return max(hypot(*side) / side_m for side, side_m in zip(ahead, sides_m, strict=True))


def _is_before_camera(
    pixels_from_texels: Matrix, size: tuple[int, int], corners: Matrix
) -> npt.NDArray[np.bool_]:
    """Say of each texel whether it lies on the rectangle's side of the horizon."""
    columns, rows = size
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    depth = pixels_from_texels[2, 0] * x + pixels_from_texels[2, 1] * y + pixels_from_texels[2, 2]
    middle = np.linalg.inv(pixels_from_texels) @ np.append(corners.mean(axis=0), 1.0)
    sign = float(pixels_from_texels[2] @ (middle / middle[2]))
    return np.asarray(depth * np.sign(sign) > 1e-9)
