"""From the camera's thread to the drive loop: the newest frame wins, the others are counted."""

import queue
import threading
from collections.abc import Callable

import structlog

from car_agent.driving.pace import Pace
from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Camera, Frame

_log = structlog.get_logger()

#: How long the camera's thread waits for one picture before it looks whether it should end.
READ_PATIENCE_S = 0.25

#: How long to wait before a camera that failed is opened again.
REOPEN_S = 0.5


class NewestFrame:
    """A slot for one frame between one thread that puts and one that takes.

    A frame that nobody took gives way to the next one and counts as dropped: driving by an old
    picture is worse than driving by none.
    """

    def __init__(self) -> None:
        self._slot: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many frames gave way untaken."""
        return self._dropped

    def put(self, frame: Frame) -> None:
        """Offer a frame; never waits."""
        try:
            self._slot.get_nowait()
        except queue.Empty:
            pass
        else:
            self._dropped += 1
        self._slot.put(frame)

    def take(self, timeout_s: float) -> Frame | None:
        """Wait for a frame that wasn't taken yet; None where none came within ``timeout_s``."""
        try:
            return self._slot.get(timeout=timeout_s)
        except queue.Empty:
            return None


class CameraFeed:
    """Reads the camera in a thread of its own; a camera that fails is opened again and again.

    Pictures that ``pace`` leaves out wake nobody up, and don't count as dropped.
    """

    def __init__(
        self, open_camera: Callable[[], Camera], slot: NewestFrame, pace: Pace | None = None
    ) -> None:
        """Open the camera. Raises CameraError or CameraNameError."""
        self._open = open_camera
        self._slot = slot
        self._pace = pace
        self._camera: Camera | None = open_camera()
        self.description = self._camera.description
        self._stop = threading.Event()
        self._last_seq: int | None = None
        self._lost = 0
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    @property
    def lost(self) -> int:
        """How many frames the device made that never reached this process."""
        return self._lost

    @property
    def is_gone(self) -> bool:
        """Say whether the camera failed and couldn't be opened again yet."""
        return self._camera is None

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def close(self) -> None:
        """End the thread and give the camera back."""
        self._stop.set()
        if self._thread.is_alive():
            # A driver may hold a read for ten seconds; the thread is a daemon and ends with us.
            self._thread.join(timeout=2 * READ_PATIENCE_S)
        camera = self._camera
        if camera is not None and not self._thread.is_alive():
            camera.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._camera is None:
                self._reopen()
            else:
                self._read(self._camera)

    def _read(self, camera: Camera) -> None:
        try:
            frame = camera.read(READ_PATIENCE_S)
        except CameraError as error:
            self._give_up(camera, str(error))
            return
        except Exception as error:  # noqa: BLE001 - else a driver's surprise blinds the car
            _log.exception("camera_failed_unexpectedly")
            self._give_up(camera, repr(error))
            return
        if frame is None:
            return
        if self._last_seq is not None:
            self._lost += max(0, frame.seq - self._last_seq - 1)
        self._last_seq = frame.seq
        if self._pace is None or self._pace.takes(frame.capture_mono_ns):
            self._slot.put(frame)

    def _give_up(self, camera: Camera, reason: str) -> None:
        if not self._stop.is_set():
            _log.warning("camera_failed", reason=reason)
        self._camera = None
        try:
            camera.close()
        except Exception:  # noqa: BLE001 - likewise; it is about to be opened anew
            _log.exception("camera_close_failed")

    def _reopen(self) -> None:
        if self._stop.wait(REOPEN_S):
            return
        try:
            self._camera = self._open()
        except CameraError as error:
            _log.debug("camera_unreachable", reason=str(error))
            return
        except Exception:  # noqa: BLE001 - likewise; it is tried again
            _log.exception("camera_reopen_failed_unexpectedly")
            return
        # The device counts from anew.
        self._last_seq = None
        _log.info("camera_back", camera=self.description)
