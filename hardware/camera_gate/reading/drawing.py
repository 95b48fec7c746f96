"""Draws what was read into a picture, and makes a picture small enough to be sent."""

from collections.abc import Iterable

import cv2
import numpy as np

from hardware.camera_gate.reading.dictionaries import mark_name
from hardware.camera_gate.reading.reader import Sighting
from hardware.cameras.frames import Pixels
from timing_server.contract.machines.frames import MAX_FRAME_BYTES

_GREEN = (80, 220, 80)
_WIDTH_PX = 640
_QUALITIES = (80, 50, 25)


def coloured(pixels: Pixels) -> Pixels:
    """Return a copy to draw in, in blue, green and red."""
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return pixels.copy()


def draw_marks(picture: Pixels, sightings: Iterable[Sighting]) -> None:
    """Draw each mark's rim and name into a coloured picture."""
    for each in sightings:
        corners = np.round(np.array(each.corners_px)).astype(np.int32)
        cv2.polylines(picture, [corners], isClosed=True, color=_GREEN, thickness=2)
        at = (int(corners[:, 0].min()), max(14, int(corners[:, 1].min()) - 6))
        cv2.putText(picture, mark_name(each.mark), at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, _GREEN, 1)


def small_jpeg(picture: Pixels) -> bytes | None:
    """Return it as a JPEG that the server takes, None where it can't be made small enough."""
    scale = min(1.0, _WIDTH_PX / int(picture.shape[1]))
    if scale < 1:
        size = (_WIDTH_PX, max(1, round(int(picture.shape[0]) * scale)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    for quality in _QUALITIES:
        is_made, file = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if is_made and len(file) <= MAX_FRAME_BYTES:
            return file.tobytes()
    return None
