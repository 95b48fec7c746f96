"""How the pictures are: coming, bright and sharp enough; judged once a second from one of them."""

from collections import deque

import cv2

from hardware.camera_gate.reading.reader import grey_of
from hardware.cameras.frames import Pixels
from timing_server.contract.machines.cameras import CameraState

#: Brighter than this at the brightest twentieth, or it is too dark to tell black from white.
_DARK = 50.0
#: The variance of the Laplacian of a picture that shows nothing sharp at all.
_BLURRED = 4.0
#: Slower than this, fast cars cross between two pictures.
_SLOW_HZ = 20.0
_SPAN_NS = 2_000_000_000


class Condition:
    """Counts pictures and looks at some of them; one thread's."""

    def __init__(self) -> None:
        self._arrivals_ns: deque[int] = deque()
        self._read_ns: deque[int] = deque(maxlen=60)
        self._looks: tuple[CameraState, ...] = ()
        self._looked_ns = 0

    def note(self, pixels: Pixels, arrived_ns: int, read_ns: int) -> None:
        """Take a picture that came at ``arrived_ns`` and took ``read_ns`` to read."""
        self._arrivals_ns.append(arrived_ns)
        self._read_ns.append(read_ns)
        if arrived_ns - self._looked_ns >= 1_000_000_000:
            self._looked_ns = arrived_ns
            self._looks = looks_of(pixels)

    def frame_rate_hz(self, now_ns: int) -> float:
        """Return how many pictures a second came lately."""
        while self._arrivals_ns and self._arrivals_ns[0] < now_ns - _SPAN_NS:
            self._arrivals_ns.popleft()
        return len(self._arrivals_ns) / (_SPAN_NS / 1e9)

    @property
    def read_ms(self) -> float:
        """Return how long a picture took to read, on average."""
        return sum(self._read_ns) / max(1, len(self._read_ns)) / 1e6

    def states(self, now_ns: int) -> tuple[CameraState, ...]:
        """Return what is wrong; nothing where all is well."""
        rate_hz = self.frame_rate_hz(now_ns)
        if rate_hz == 0:
            return ("stalled",)
        return (*(("slow",) if rate_hz < _SLOW_HZ else ()), *self._looks)


def looks_of(pixels: Pixels) -> tuple[CameraState, ...]:
    """Say whether a picture is too dark or shows nothing sharp."""
    grey = grey_of(pixels)
    small = cv2.resize(grey, (160, 120), interpolation=cv2.INTER_AREA)
    ordered = small.ravel()
    ordered.sort()
    if ordered[-len(ordered) // 20] < _DARK:
        return ("dark",)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var())
    return ("blurred",) if sharpness < _BLURRED else ()
