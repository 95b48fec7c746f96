"""The pictures around a pass as they are sent: small, with the line and the time to the beam."""

from collections.abc import Iterator, Sequence

import cv2
from pydantic import Base64Bytes

from hardware.camera_gate.judging.watch import Seen
from hardware.camera_gate.line import Line
from hardware.cameras.frames import Pixels
from timing_server.contract.base import Message
from timing_server.contract.machines.cameras import CameraReport
from timing_server.contract.machines.frames import MAX_FRAME_BYTES, MAX_OFFSET_US

BEFORE = 5
AFTER = 5
_WIDTH_PX = 640
_QUALITIES = (80, 50, 25)
_NS_PER_US = 1000
_RED = (60, 60, 240)


class PassPicture(Message):
    """One picture; ``offset_us``: how long after the pass's instant it was taken."""

    offset_us: int
    jpeg: Base64Bytes


class KeptWord(Message):
    """What the camera said of a pass, with the pictures that show it, as it lies on the disk."""

    report: CameraReport
    pictures: tuple[PassPicture, ...] = ()


def pictures_of(seen: Sequence[Seen], mono_ns: int, line: Line) -> tuple[PassPicture, ...]:
    """Return the pictures with their offsets to the pass at ``mono_ns``, the line drawn in."""
    return tuple(_pictures(seen, mono_ns, line))


def _pictures(seen: Sequence[Seen], mono_ns: int, line: Line) -> Iterator[PassPicture]:
    for each in seen:
        jpeg = _jpeg(each.frame.pixels, line)
        offset_us = (each.frame.capture_mono_ns - mono_ns) // _NS_PER_US
        if jpeg is not None and abs(offset_us) <= MAX_OFFSET_US:
            yield PassPicture.model_construct(offset_us=offset_us, jpeg=jpeg)


def _jpeg(pixels: Pixels, line: Line) -> bytes | None:
    """Return it as a JPEG that the server takes, None where it can't be made small enough."""
    is_grey = pixels.ndim == 2
    drawn = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR) if is_grey else pixels.copy()
    left, right = ((round(x), round(y)) for x, y in (line.left_px, line.right_px))
    cv2.line(drawn, left, right, _RED, 1)
    scale = min(1.0, _WIDTH_PX / int(pixels.shape[1]))
    if scale < 1:
        drawn = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    for quality in _QUALITIES:
        is_made, file = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if is_made and len(file) <= MAX_FRAME_BYTES:
            return file.tobytes()
    return None
