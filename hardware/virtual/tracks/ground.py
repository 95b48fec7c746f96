"""A picture of the real ground under a virtual track: read, and laid where it belongs."""

import base64
import binascii
import struct

import cv2
import numpy as np
import numpy.typing as npt

from hardware.virtual.errors import TrackFileError
from timing_server.contract.server.tracks import Ground

Picture = npt.NDArray[np.uint8]

_MOST_TEXELS = 20_000_000
_QUALITY = 85
#: So much of a picture's edge tells what lies around it.
_EDGE_TEXELS = 4


#: A JPEG's segments: the marker and its length; in that of a frame precision, height and width.
_SEGMENT, _FRAME = struct.Struct(">BBH"), struct.Struct(">BHH")
#: The markers that begin a frame, among which three begin tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def read_ground(ground: Ground) -> Picture:
    """Return a ground's picture, blue, green, red. Raises TrackFileError.

    A stranger's file may be small and unpack to gigabytes: its size is looked at first.
    """
    picture = None
    try:
        content = base64.b64decode(ground.jpeg, validate=True)
        if 0 < _texels_in(content) <= _MOST_TEXELS:
            picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    except (binascii.Error, struct.error, ValueError, cv2.error) as error:
        raise TrackFileError("The track's picture of its ground can't be read.") from error
    if picture is None:
        raise TrackFileError("The track's picture of its ground can't be read.")
    return np.asarray(picture, dtype=np.uint8)


def _texels_in(jpeg: bytes) -> int:
    """Return how many texels a JPEG says that it has, 0 where it is none. Raises struct.error."""
    at = 2 if jpeg.startswith(b"\xff\xd8") else len(jpeg)
    while at < len(jpeg):
        begin, marker, length = _SEGMENT.unpack_from(jpeg, at)
        if begin != 0xFF or length < 2:
            break
        if marker in _FRAMES:
            _, height, width = _FRAME.unpack_from(jpeg, at + _SEGMENT.size)
            return int(height * width)
        at += 2 + length
    return 0


def write_ground(
    picture: Picture, left_m: float, top_m: float, width_m: float, height_m: float
) -> Ground:
    """Return a picture of so much ground as a track keeps it. Raises TrackFileError."""
    is_done, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not is_done:
        raise TrackFileError("The picture of the ground can't be written as a JPEG.")
    return Ground(
        left_m=left_m,
        top_m=top_m,
        width_m=width_m,
        height_m=height_m,
        jpeg=base64.b64encode(jpeg.tobytes()).decode("ascii"),
    )


def lay_picture(
    texels: Picture, ground: Ground, corner_m: tuple[float, float], texels_per_m: float
) -> tuple[int, int, int]:
    """Lay the picture into ``texels``, whose upper left corner lies at ``corner_m``.

    What it doesn't cover gets the colour of its edge, which is returned.
    """
    picture = read_ground(ground)
    edge = np.concatenate(
        [
            picture[:_EDGE_TEXELS].reshape(-1, 3),
            picture[-_EDGE_TEXELS:].reshape(-1, 3),
            picture[:, :_EDGE_TEXELS].reshape(-1, 3),
            picture[:, -_EDGE_TEXELS:].reshape(-1, 3),
        ]
    )
    blue, green, red = (int(each) for each in np.median(edge, axis=0))
    across, down = (
        side_m * texels_per_m / texels
        for side_m, texels in zip(
            (ground.width_m, ground.height_m), picture.shape[1::-1], strict=True
        )
    )
    # A texel of the picture has its middle half of one in, one of the scenery none.
    matrix = np.array(
        [
            [across, 0.0, (ground.left_m - corner_m[0]) * texels_per_m + across / 2],
            [0.0, down, (corner_m[1] - ground.top_m) * texels_per_m + down / 2],
        ]
    )
    size = (texels.shape[1], texels.shape[0])
    texels[:] = cv2.warpAffine(
        picture, matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(blue, green, red)
    )
    return blue, green, red
