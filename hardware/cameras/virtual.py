"""The camera of a virtual car: pictures that the virtual venue renders, newest one only."""

import threading

import numpy as np

from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Camera, Frame
from hardware.cameras.registry import CameraRequest
from hardware.virtual.client import VenueClient
from hardware.virtual.link import JoinCamera, LinkMessage, Picture

#: The venue gives no larger pictures: they would cost it time and show nothing more.
LARGEST_PX = (320, 240)
HIGHEST_RATE_HZ = 60.0


class VirtualCamera:
    """One car's camera in the virtual venue.

    Pictures arrive on a thread of their own; each replaces the one before, so that ``read`` gives
    the newest. A venue that is away for a while is waited for: ``read`` then returns None.
    """

    description = "virtual"

    def __init__(self, request: CameraRequest) -> None:
        """Join the venue, which may come later.

        Raises CameraError where the request names no socket, SocketPathError where it can't be one.
        """
        if request.venue_socket is None:
            raise CameraError("A virtual camera needs a virtual venue; name its socket: --venue.")
        width_px, height_px = LARGEST_PX
        scale = min(1.0, width_px / request.width_px, height_px / request.height_px)
        join = JoinCamera(
            car_id=request.car_id,
            width_px=max(16, round(request.width_px * scale)),
            height_px=max(16, round(request.height_px * scale)),
            channels="bgr",
            frame_rate_hz=min(request.frame_rate_hz, HIGHEST_RATE_HZ),
        )
        self._fresh: Frame | None = None
        self._is_closed = False
        self._arrived = threading.Condition()
        self._client = VenueClient(request.venue_socket, join, self._receive).start()

    def read(self, timeout_s: float) -> Frame | None:
        """Wait for a picture newer than the one before; None where none came in time.

        Raises CameraError once the camera is closed.
        """
        with self._arrived:
            self._arrived.wait_for(
                lambda: self._fresh is not None or self._is_closed, timeout=timeout_s
            )
            if self._is_closed:
                raise CameraError("The virtual camera is closed.")
            frame, self._fresh = self._fresh, None
            return frame

    def close(self) -> None:
        """Leave the venue."""
        with self._arrived:
            self._is_closed = True
            self._arrived.notify_all()
        self._client.close()

    def _receive(self, message: LinkMessage, payload: bytes) -> None:
        if not isinstance(message, Picture):
            return
        depth = () if message.channels == "luma" else (3,)
        pixels = np.frombuffer(payload, dtype=np.uint8)
        frame = Frame(
            pixels.reshape(message.height_px, message.width_px, *depth),
            message.capture_mono_ns,
            message.seq,
        )
        with self._arrived:
            self._fresh = frame
            self._arrived.notify_all()


def open_camera(request: CameraRequest) -> Camera:
    """Open the car's camera in the venue behind ``request.venue_socket``."""
    return VirtualCamera(request)
