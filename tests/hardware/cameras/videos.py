"""Videos that cameras play in tests, recorded on the spot."""

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from hardware.cameras.frames import Pixels


def record_video(path: Path, pictures: Iterable[Pixels], rate_hz: float = 30.0) -> Path:
    """Write pictures of one size as a video of so many a second; return its path."""
    writer: cv2.VideoWriter | None = None
    for picture in pictures:
        if writer is None:
            height_px, width_px = picture.shape[:2]
            fourcc = cv2.VideoWriter.fourcc(*"MJPG")
            writer = cv2.VideoWriter(str(path), fourcc, rate_hz, (width_px, height_px))
            assert writer.isOpened()
        writer.write(picture)
    assert writer is not None
    writer.release()
    return path


def light_on_the_left(colour: int | tuple[int, int, int] = 255) -> Pixels:
    """Return a picture of 320×240 px with a left half of that grey or BGR, and the rest dark."""
    picture: Pixels = np.zeros((240, 320, 3), dtype=np.uint8)
    picture[:, :160] = colour
    return picture


def darkness() -> Pixels:
    """Return a picture of 160×120 px on which there is nothing."""
    return np.zeros((120, 160, 3), dtype=np.uint8)


def coloured(grey: Pixels) -> Pixels:
    """Return a grey picture in the three planes that a video wants."""
    return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
