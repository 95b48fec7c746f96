"""Which cameras there are, and how the text after ``--camera`` names one."""

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hardware.cameras.errors import CameraNameError
from hardware.cameras.frames import Camera
from hardware.cameras.light import Light

#: What stands before the colon → the module whose ``open_camera`` opens it. Imported when asked
#: for, so that a car without OpenCV's video parts can still use another camera.
CAMERAS = {
    "virtual": "hardware.cameras.virtual",
    "usb": "hardware.cameras.usb",
    "csi": "hardware.cameras.csi",
    "file": "hardware.cameras.video_file",
}


@dataclass(frozen=True, slots=True)
class CameraRequest:
    """What a camera needs to know to open: each takes what concerns it.

    ``address`` is what stands behind the colon: a device number, a file. ``venue_socket`` and
    ``car_id`` are for the virtual venue, which hands each car the picture of its own camera;
    ``light`` is for devices that have an exposure.
    """

    address: str
    frame_rate_hz: float
    width_px: int
    height_px: int
    car_id: str
    venue_socket: Path | None = None
    light: Light = field(default_factory=Light)


class CameraModule(Protocol):
    """What a module named in ``CAMERAS`` offers."""

    def open_camera(self, request: CameraRequest) -> Camera:
        """Open the device. Raises CameraError or CameraNameError in one sentence."""
        ...


def split_camera_name(name: str) -> tuple[str, str]:
    """Split ``usb:0`` into kind and address. Raises CameraNameError for an unknown kind."""
    kind, _, address = name.partition(":")
    if kind not in CAMERAS:
        raise CameraNameError(
            f"There is no camera '{name}'; use usb:0, csi:0, virtual or file:recording.mp4."
        )
    return kind, address


def open_camera(kind: str, request: CameraRequest) -> Camera:
    """Open a camera of ``kind``, a key of ``CAMERAS``.

    Raises CameraError where the device can't be opened, CameraNameError where its address is
    wrong.
    """
    module: CameraModule = importlib.import_module(CAMERAS[kind])
    return module.open_camera(request)
