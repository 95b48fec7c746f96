"""The camera's pictures as JPEGs, for people who look and for records: no larger than asked."""

import cv2
import numpy as np

from hardware.cameras.frames import Pixels


def encode_jpeg(pixels: Pixels, quality: int, width_px: int, height_px: int | None = None) -> bytes:
    """Return a picture as a JPEG, shrunk to at most that size with its aspect kept.

    Two cameras' pictures stand side by side, left and right. ``quality``: 0 to 100, as OpenCV's.
    """
    shown = np.hstack((pixels[:, :, 0], pixels[:, :, 1])) if _is_pair(pixels) else pixels
    height, width = shown.shape[:2]
    scale = min(1.0, width_px / width, 1.0 if height_px is None else height_px / height)
    if scale < 1.0:
        size_px = (max(1, round(width * scale)), max(1, round(height * scale)))
        shown = cv2.resize(shown, size_px, interpolation=cv2.INTER_AREA).astype(np.uint8)
    _, encoded = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()


def _is_pair(pixels: Pixels) -> bool:
    return pixels.ndim == 3 and pixels.shape[2] == 2
