"""The pictures around a pass as they are sent: small, with the line and the time to the beam."""

from collections.abc import Iterator, Sequence

import cv2
from pydantic import Base64Bytes

from hardware.camera_gate.judging.watch import Seen
from hardware.camera_gate.line import Line
from hardware.camera_gate.reading.dictionaries import MarkSet
from hardware.camera_gate.reading.drawing import coloured, draw_marks, small_jpeg
from hardware.camera_gate.reading.reader import MarkReader, grey_of
from hardware.cameras.frames import Pixels
from timing_server.contract.base import Message
from timing_server.contract.machines.cameras import CameraReport
from timing_server.contract.machines.frames import MAX_OFFSET_US

BEFORE = 5
AFTER = 5
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


def picture_of(pixels: Pixels, marks: MarkSet) -> bytes | None:
    """Return a picture with the marks that it shows, for people to set the line in."""
    drawn = coloured(pixels)
    draw_marks(drawn, MarkReader(marks).read(grey_of(pixels)))
    return small_jpeg(drawn)


def _pictures(seen: Sequence[Seen], mono_ns: int, line: Line) -> Iterator[PassPicture]:
    for each in seen:
        jpeg = _jpeg(each.frame.pixels, line)
        offset_us = (each.frame.capture_mono_ns - mono_ns) // _NS_PER_US
        if jpeg is not None and abs(offset_us) <= MAX_OFFSET_US:
            yield PassPicture.model_construct(offset_us=offset_us, jpeg=jpeg)


def _jpeg(pixels: Pixels, line: Line) -> bytes | None:
    drawn = coloured(pixels)
    left, right = ((round(x), round(y)) for x, y in (line.left_px, line.right_px))
    cv2.line(drawn, left, right, _RED, 1)
    return small_jpeg(drawn)
