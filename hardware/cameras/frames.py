"""What a camera gives: pixels, and when the light that made them fell on the sensor."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture.

    ``pixels``: height × width uint8 luma; or height × width × 3 uint8 in OpenCV's order blue,
    green, red; or height × width × 2 uint8, the luma of a left and a right camera. Nobody writes
    into it: frames are handed on without a copy.
    ``capture_mono_ns``: this machine's monotonic clock when the picture was taken; where the
    device tells no time of its own, when the picture arrived.
    ``seq``: counts up by one for each picture that the device made; a gap is a lost picture.
    """

    pixels: Pixels
    capture_mono_ns: int
    seq: int


class Camera(Protocol):
    """A source of frames that one thread reads.

    Implementations drain their device's buffer, so that ``read`` never returns a picture older
    than the newest one that the device holds.
    """

    @property
    def description(self) -> str:
        """The device in words, for logs: ``virtual``, ``usb:0``, ``file:lap.mp4``."""
        ...

    def read(self, timeout_s: float) -> Frame | None:
        """Wait for the next picture; None where none came within ``timeout_s``.

        Raises CameraError where the device is gone or its data can't be understood.
        """
        ...

    def close(self) -> None:
        """Give the device back. May be called twice, and from another thread during ``read``."""
        ...
