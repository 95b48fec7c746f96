"""Cameras on the ribbon cable of a Raspberry Pi, through picamera2: newest picture, sensor's time.

Written after picamera2's documentation and source; the tests have a small double of it, and no
sensor.
"""

import importlib
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as PendingError
from typing import Any, Protocol

import numpy as np
import structlog

from hardware.cameras.errors import CameraError, CameraNameError
from hardware.cameras.frames import Camera, Frame, Pixels
from hardware.cameras.light import Light, Settling
from hardware.cameras.registry import CameraRequest

_log = structlog.get_logger()

#: A stamp older than this, or in the future, is of another clock.
MAX_STAMP_AGE_NS = 1_000_000_000

#: Four buffers keep the sensor's pace; so many old pictures can lie there at most.
BUFFERS = 4

_NS_PER_US = 1000


class Request(Protocol):
    """A picture of picamera2's, which keeps a buffer of the camera's until it is released."""

    def get_metadata(self) -> dict[str, Any]:
        """Return what the sensor says of the picture."""
        ...

    def make_array(self, name: str) -> Pixels:
        """Return a copy of its pixels."""
        ...

    def release(self) -> None:
        """Give the buffer back."""
        ...


class Job(Protocol):
    """A picture that was asked for."""

    def get_result(self, timeout: float | None = None) -> Request:
        """Wait for it. Raises TimeoutError."""
        ...


class Device(Protocol):
    """The part of ``picamera2.Picamera2`` that a camera needs."""

    camera_controls: dict[str, Any]

    def create_video_configuration(self, **options: Any) -> Any:
        """Return a configuration."""
        ...

    def configure(self, configuration: Any, /) -> object:
        """Use it."""
        ...

    def start(self) -> object:
        """Begin to take pictures."""
        ...

    def capture_request(self, *, wait: bool) -> Job:
        """Ask for the next picture."""
        ...

    def set_controls(self, controls: dict[str, Any], /) -> object:
        """Change how pictures are taken, some pictures from now."""
        ...

    def close(self) -> object:
        """Stop, and give the sensor back."""
        ...


class CsiCamera:
    """One sensor; pictures that were complete before somebody asked are let go."""

    def __init__(
        self,
        device: Device,
        description: str,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        light: Light | None = None,
    ) -> None:
        """Take over a started ``device``."""
        self.description = description
        self._device = device
        self._clock_ns = clock_ns
        self._light = light or Light()
        self._settling = Settling(self._light)
        self._pending: Job | None = None
        self._is_closed = threading.Event()
        self._seq = 0
        self._given_ns = 0

    def read(self, timeout_s: float) -> Frame | None:
        """Wait for the next picture; None where none came within ``timeout_s``.

        Raises CameraError where the sensor is gone.
        """
        asked_ns = self._clock_ns()
        for _ in range(BUFFERS + 1):
            request = self._next(timeout_s)
            if request is None:
                return None
            try:
                frame = self._frame(request, asked_ns)
            finally:
                request.release()
            if frame is not None:
                self._given_ns = self._clock_ns()
                return frame
        return None

    def close(self) -> None:
        """Give the sensor back."""
        if not self._is_closed.is_set():
            self._is_closed.set()
            self._device.close()

    def _next(self, timeout_s: float) -> Request | None:
        if self._is_closed.is_set():
            raise CameraError(f"The camera {self.description} is closed.")
        try:
            if self._pending is None:
                self._pending = self._device.capture_request(wait=False)
            request = self._pending.get_result(timeout=timeout_s)
        except (TimeoutError, PendingError):
            return None  # asked for all the same; the next read takes it
        except Exception as error:
            self._pending = None
            raise CameraError(f"The camera {self.description} stopped: {error}") from error
        self._pending = None
        return request

    def _frame(self, request: Request, asked_ns: int) -> Frame | None:
        """Return the picture; None where it lay in a buffer while nobody read (picamera2 #426)."""
        metadata = request.get_metadata()
        stamp_ns = int(metadata.get("SensorTimestamp", 0))
        took_ns = int(metadata.get("FrameDuration", 0)) * _NS_PER_US
        is_believable = self._is_of_this_clock(stamp_ns)
        # A reader that never pauses takes each as it comes, however long its way from the sensor.
        has_paused = asked_ns - self._given_ns > took_ns
        if is_believable and has_paused and stamp_ns + took_ns <= asked_ns:
            return None
        now_ns = self._clock_ns()
        if self._settling.is_over(now_ns):
            self._device.set_controls(held_controls(self._light, metadata))
            _log.info("camera_light_held", camera=self.description)
        self._seq += 1
        pixels = np.asarray(request.make_array("main"), dtype=np.uint8)
        return Frame(pixels, stamp_ns if is_believable else now_ns, self._seq)

    def _is_of_this_clock(self, stamp_ns: int) -> bool:
        return 0 <= self._clock_ns() - stamp_ns <= MAX_STAMP_AGE_NS


def held_controls(light: Light, metadata: dict[str, Any]) -> dict[str, Any]:
    """Return libcamera's controls that hold the light, from what a settled picture says of itself.

    A chosen exposure gets the gain that keeps the picture as bright as it settled, 1 at least.
    """
    controls: dict[str, Any] = {}
    settled_us = int(metadata.get("ExposureTime", 0))
    gain = float(metadata.get("AnalogueGain", 1.0))
    if light.exposure != "auto":
        wanted_us = settled_us if light.exposure == "lock" else light.exposure
        controls["AeEnable"] = False
        controls["ExposureTime"] = wanted_us
        controls["AnalogueGain"] = max(1.0, gain * settled_us / wanted_us) if wanted_us else gain
    if light.white_balance == "lock":
        controls["AwbEnable"] = False
        if "ColourGains" in metadata:
            controls["ColourGains"] = tuple(metadata["ColourGains"])
    elif light.white_balance != "auto":
        controls["AwbEnable"] = False
        controls["ColourTemperature"] = light.white_balance
    return controls


def open_camera(request: CameraRequest) -> Camera:
    """Open ``csi:N``, the Nth camera that ``rpicam-hello --list-cameras`` names.

    Raises CameraNameError where the address is no number, CameraError where it can't be opened.
    """
    address = request.address or "0"
    name = f"csi:{address}"
    if re.fullmatch(r"[0-9]", address) is None:
        raise CameraNameError(f"'{name}' names no camera; use csi:0 or csi:1.")
    try:
        library = importlib.import_module("picamera2")
    except ImportError as error:
        raise CameraError(
            f"The camera {name} needs picamera2, which Raspberry Pi OS brings: 'sudo apt install "
            "python3-picamera2', and let Paddock's environment see it (docs/cameras.md)."
        ) from error
    try:
        device: Device = library.Picamera2(int(address))
    except Exception as error:
        raise CameraError(
            f"The camera {name} can't be opened ({error}); see 'rpicam-hello --list-cameras' and "
            "whether another program has it."
        ) from error
    try:
        _start(device, request)
    except Exception as error:
        device.close()
        raise CameraError(f"The camera {name} can't be started: {error}") from error
    return CsiCamera(device, name, light=request.light)


def _start(device: Device, request: CameraRequest) -> None:
    balance = request.light.white_balance
    if not isinstance(balance, str) and "ColourTemperature" not in device.camera_controls:
        raise ValueError(
            'its libcamera can\'t set a colour temperature; use white_balance = "lock"'
        )
    period_us = round(1e6 / request.frame_rate_hz)
    configuration = device.create_video_configuration(
        # What libcamera calls RGB888 lies in memory as OpenCV has it: blue, green, red.
        main={"size": (request.width_px, request.height_px), "format": "RGB888"},
        buffer_count=BUFFERS,
        queue=False,
        controls={"FrameDurationLimits": (period_us, period_us)},
    )
    device.configure(configuration)
    device.start()
