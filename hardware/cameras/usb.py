"""USB cameras (Video4Linux) through OpenCV: newest picture only, with the kernel's own time.

Cameras on the ribbon cable of a Raspberry Pi are not read this way: OpenCV doesn't speak
libcamera; ``hardware.cameras.csi`` does.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Protocol

import cv2
import numpy as np
import structlog

from hardware.cameras.errors import CameraError, CameraNameError
from hardware.cameras.frames import Camera, Frame
from hardware.cameras.light import Light, Settling
from hardware.cameras.registry import CameraRequest

_log = structlog.get_logger()

#: A picture whose stamp is older than this, or in the future, has a stamp of another clock.
MAX_STAMP_AGE_NS = 1_000_000_000

#: A device that gives no picture for this long is given back and opened anew.
MAX_SILENCE_NS = 5_000_000_000

#: Video4Linux's menu of exposures (V4L2_CID_EXPOSURE_AUTO), which OpenCV passes on as it is:
#: automatic ones are 3 (the camera's usual one) or 0.
_MANUAL = 1.0
_AUTOMATIC = (3.0, 0.0)
_EXPOSURE_UNIT_US = 100


class Capture(Protocol):
    """The part of ``cv2.VideoCapture`` that a camera needs."""

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name, as are the others
        """Say whether the device is held open."""
        ...

    def read(self) -> tuple[bool, object]:
        """Wait for a picture; whether one came, and its pixels."""
        ...

    def get(self, propId: int, /) -> float:  # noqa: N803 - OpenCV's name
        """Return a property."""
        ...

    def set(self, propId: int, value: float, /) -> bool:  # noqa: N803 - OpenCV's name
        """Change a property; False where the device doesn't take it."""
        ...

    def release(self) -> None:
        """Give the device back."""
        ...


class UsbCamera:
    """One V4L2 device, kept at a buffer of one picture.

    The reading thread of the car never pauses between two reads, so that no picture waits in the
    driver; what the driver drops shows as nothing, since V4L2's counter isn't passed on by OpenCV.
    """

    def __init__(
        self,
        capture: Capture,
        description: str,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        light: Light | None = None,
    ) -> None:
        """Take over an opened ``capture``."""
        self.description = description
        self._capture = capture
        self._clock_ns = clock_ns
        self._light = light or Light()
        self._settling = Settling(self._light)
        self._lock = threading.Lock()
        self._seq = 0
        self._heard_ns = clock_ns()

    def read(self, timeout_s: float) -> Frame | None:
        """Wait for the next picture; None where ``timeout_s`` went by without one.

        Where the device falls silent that takes 10 s: OpenCV waits as long as it likes. Raises
        CameraError where the device is gone, or was silent for ``MAX_SILENCE_NS``.
        """
        started_ns = self._clock_ns()
        with self._lock:
            if not self._capture.isOpened():
                raise CameraError(f"The camera {self.description} is closed.")
            is_read, pixels = self._capture.read()
            stamp_ms = self._capture.get(cv2.CAP_PROP_POS_MSEC) if is_read else 0.0
        now_ns = self._clock_ns()
        if not is_read:
            if now_ns - self._heard_ns >= MAX_SILENCE_NS:
                raise CameraError(f"The camera {self.description} gives no pictures.")
            if now_ns - started_ns >= int(timeout_s * 1e9):
                return None
            raise CameraError(f"The camera {self.description} stopped; is its cable in?")
        self._heard_ns = now_ns
        if self._settling.is_over(now_ns):
            with self._lock:
                hold_light(self._capture, self._light, self.description)
        self._seq += 1
        return Frame(
            np.asarray(pixels, dtype=np.uint8), capture_instant_ns(stamp_ms, now_ns), self._seq
        )

    def close(self) -> None:
        """Release the device, after the read under way."""
        with self._lock:
            self._capture.release()


def free_light(capture: Capture) -> None:
    """Let the device adjust itself: what another program held outlives that program."""
    if not any(capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, menu) for menu in _AUTOMATIC):
        _log.debug("camera_has_no_automatic_exposure")
    capture.set(cv2.CAP_PROP_AUTO_WB, 1.0)


def hold_light(capture: Capture, light: Light, description: str) -> None:
    """Hold exposure and white balance as ``light`` says, and log what the device took."""
    if light.exposure != "auto":
        found = capture.get(cv2.CAP_PROP_EXPOSURE)
        wanted = found if light.exposure == "lock" else light.exposure / _EXPOSURE_UNIT_US
        is_taken = capture.set(cv2.CAP_PROP_AUTO_EXPOSURE, _MANUAL)
        is_taken = is_taken and capture.set(cv2.CAP_PROP_EXPOSURE, wanted)
        _say_held(description, "exposure", is_taken, f"{wanted * _EXPOSURE_UNIT_US:g} µs")
    if light.white_balance != "auto":
        found = capture.get(cv2.CAP_PROP_WB_TEMPERATURE)
        wanted = found if light.white_balance == "lock" else float(light.white_balance)
        is_taken = capture.set(cv2.CAP_PROP_AUTO_WB, 0.0)
        # A camera may hold its white balance without knowing it in kelvin.
        if wanted > 0:
            is_taken = capture.set(cv2.CAP_PROP_WB_TEMPERATURE, wanted) and is_taken
        _say_held(description, "white_balance", is_taken, f"{wanted:g} K")


def _say_held(description: str, what: str, is_taken: bool, value: str) -> None:
    if is_taken:
        _log.info("camera_light_held", camera=description, what=what, value=value)
    else:
        _log.warning(
            "camera_light_not_held",
            camera=description,
            what=what,
            meaning=f"the device doesn't let its {what} be set; 'v4l2-ctl -L' lists what it has",
        )


def capture_instant_ns(stamp_ms: float, now_ns: int) -> int:
    """Return when the picture was taken: the driver's stamp where it is believable, else now.

    V4L2 stamps buffers with CLOCK_MONOTONIC, and OpenCV passes that on as CAP_PROP_POS_MSEC; some
    drivers give zero or another clock instead.
    """
    stamp_ns = int(stamp_ms * 1e6)
    return stamp_ns if 0 <= now_ns - stamp_ns <= MAX_STAMP_AGE_NS else now_ns


def open_camera(request: CameraRequest) -> Camera:
    """Open ``usb:N`` (/dev/videoN) or ``usb:/dev/v4l/by-id/…``.

    Raises CameraNameError where the address is neither, CameraError where it can't be opened.
    """
    address = request.address or "0"
    name = f"usb:{address}"
    is_number = re.fullmatch(r"[0-9]{1,3}", address) is not None
    if not (is_number or address.startswith("/dev/")):
        raise CameraNameError(f"'{name}' names no camera; use usb:0 or usb:/dev/v4l/by-id/….")
    device: int | str = int(address) if is_number else address
    capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        raise CameraError(
            f"The camera {name} can't be opened; see 'ls /dev/video*', whether another program "
            "has it, and whether you are in the group 'video'."
        )
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, request.width_px)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, request.height_px)
    capture.set(cv2.CAP_PROP_FPS, request.frame_rate_hz)
    free_light(capture)
    return UsbCamera(capture, name, light=request.light)
