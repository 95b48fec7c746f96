"""A recorded video as a camera: its pictures come at their own pace, over and over."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Camera, Frame, Pixels
from hardware.cameras.registry import CameraRequest

_NS_PER_S = 1_000_000_000


class VideoFileCamera:
    """Plays a video in real time and begins again at its end.

    Pictures are due at absolute instants, so that the pace doesn't drift. A reader that comes late
    gets the picture that is due now; those it missed are left out and show as a gap in ``seq``.
    """

    def __init__(
        self,
        path: Path,
        frame_rate_hz: float,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Open the video. Raises CameraError where it isn't one."""
        self.description = f"file:{path.name}"
        _require_file(path)
        self._capture = cv2.VideoCapture(str(path))
        if not self._capture.isOpened():
            raise CameraError(f"The file {path} is not a video that OpenCV can play.")
        own_rate_hz = self._capture.get(cv2.CAP_PROP_FPS)
        rate_hz = own_rate_hz if 0 < own_rate_hz <= 1000 else frame_rate_hz
        self._period_ns = int(_NS_PER_S / rate_hz)
        self._clock_ns = clock_ns
        self._started_ns: int | None = None
        self._seq = 0
        self._lock = threading.Lock()
        self._is_closed = threading.Event()

    def read(self, timeout_s: float) -> Frame | None:
        """Wait until the next picture is due; None where that is more than ``timeout_s`` away.

        Raises CameraError where the video can't be decoded, or is closed.
        """
        now_ns = self._clock_ns()
        if self._started_ns is None:
            self._started_ns = now_ns
        due_seq = max(self._seq, (now_ns - self._started_ns) // self._period_ns)
        wait_ns = self._started_ns + due_seq * self._period_ns - now_ns
        if wait_ns > timeout_s * _NS_PER_S:
            self._is_closed.wait(timeout_s)
            return None
        if wait_ns > 0:
            self._is_closed.wait(wait_ns / _NS_PER_S)
        pixels = self._picture(skipping=due_seq - self._seq)
        self._seq = due_seq + 1
        return Frame(pixels, self._started_ns + due_seq * self._period_ns, self._seq)

    def close(self) -> None:
        """Release the file."""
        self._is_closed.set()
        with self._lock:
            self._capture.release()

    def _picture(self, skipping: int) -> Pixels:
        with self._lock:
            if self._is_closed.is_set():
                raise CameraError(f"The camera {self.description} is closed.")
            for _ in range(skipping):
                if not self._capture.grab():
                    self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            is_read, pixels = self._capture.read()
            if not is_read:
                self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
                is_read, pixels = self._capture.read()
        if not is_read:
            raise CameraError(f"The video {self.description} has no picture that can be decoded.")
        return np.asarray(pixels, dtype=np.uint8)


def open_camera(request: CameraRequest) -> Camera:
    """Open ``file:PATH``. Raises CameraError where that isn't a video."""
    if not request.address:
        raise CameraError("Which file? Use file:recording.mp4.")
    try:
        path = Path(request.address).expanduser()
    except RuntimeError as error:
        raise CameraError(f"There is no video file {request.address}: {error}") from error
    return VideoFileCamera(path, request.frame_rate_hz)


def _require_file(path: Path) -> None:
    try:
        is_file = path.is_file()
    except OSError as error:
        raise CameraError(f"The video {path} can't be looked at: {error.strerror}.") from error
    if not is_file:
        raise CameraError(f"There is no video file {path}.")
