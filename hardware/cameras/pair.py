"""Two cameras as one: a left and a right picture of nearly the same instant, as two planes."""

import threading
import time
from collections.abc import Callable

import cv2
import numpy as np

from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Camera, Frame, Pixels

_READ_S = 0.25
_NS_PER_S = 1_000_000_000


class PairCamera:
    """A left and a right camera, each read by a thread of its own.

    A pair is two pictures taken less than half a picture's time apart. It carries the older one's
    capture time: what is known of the track is as old as that.
    """

    def __init__(self, left: Camera, right: Camera, frame_rate_hz: float) -> None:
        """Take over two opened cameras."""
        self.description = f"{left.description} + {right.description}"
        self._apart_ns = int(_NS_PER_S / frame_rate_hz / 2)
        self._arrived = threading.Condition()
        self._newest: list[Frame | None] = [None, None]
        self._fault: CameraError | None = None
        self._is_closed = False
        self._seq = 0
        self._cameras = (left, right)
        for place, camera in enumerate(self._cameras):
            thread = threading.Thread(
                target=self._follow, args=(place, camera), name=f"camera-{place}", daemon=True
            )
            thread.start()

    def read(self, timeout_s: float) -> Frame | None:
        """Wait for the next pair; None where none came within ``timeout_s``.

        Raises CameraError where either camera is gone, or the two pictures differ in size.
        """
        deadline_s = time.monotonic() + timeout_s
        with self._arrived:
            while True:
                if self._is_closed:
                    raise CameraError(f"The camera {self.description} is closed.")
                if self._fault is not None:
                    raise self._fault
                pair = self._take_pair()
                if pair is not None:
                    break
                left_s = deadline_s - time.monotonic()
                if left_s <= 0 or not self._arrived.wait(left_s):
                    return None
            self._seq += 1
            seq = self._seq
        return self._joined(*pair, seq)

    def close(self) -> None:
        """Give both devices back."""
        with self._arrived:
            self._is_closed = True
            self._arrived.notify_all()
        for camera in self._cameras:
            camera.close()

    def _take_pair(self) -> tuple[Frame, Frame] | None:
        left, right = self._newest
        if left is None or right is None:
            return None
        if abs(left.capture_mono_ns - right.capture_mono_ns) > self._apart_ns:
            return None
        self._newest = [None, None]
        return left, right

    def _joined(self, left: Frame, right: Frame, seq: int) -> Frame:
        planes = (_luma(left.pixels), _luma(right.pixels))
        if planes[0].shape != planes[1].shape:
            raise CameraError(
                f"The two cameras {self.description} give pictures of different sizes, "
                f"{_size(planes[0])} and {_size(planes[1])}."
            )
        capture_ns = min(left.capture_mono_ns, right.capture_mono_ns)
        return Frame(np.asarray(cv2.merge(planes), dtype=np.uint8), capture_ns, seq)

    def _follow(self, place: int, camera: Camera) -> None:
        while not self._is_closed:
            try:
                frame = camera.read(_READ_S)
            except CameraError as error:
                fault = error
            except Exception as error:  # noqa: BLE001 - at the edge of a thread; read raises it
                fault = CameraError(f"The camera {camera.description} failed: {error!r}")
            else:
                if frame is not None:
                    self._put(place, frame)
                continue
            with self._arrived:
                self._fault = fault
                self._arrived.notify_all()
            return

    def _put(self, place: int, frame: Frame) -> None:
        with self._arrived:
            self._newest[place] = frame
            self._arrived.notify_all()


def open_pair(
    open_left: Callable[[], Camera], open_right: Callable[[], Camera], frame_rate_hz: float
) -> Camera:
    """Open two cameras as one. Raises what either raises, with nothing left open."""
    left = open_left()
    try:
        right = open_right()
    except Exception:
        left.close()
        raise
    return PairCamera(left, right, frame_rate_hz)


def _luma(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _size(pixels: Pixels) -> str:
    return f"{pixels.shape[1]}×{pixels.shape[0]}"
