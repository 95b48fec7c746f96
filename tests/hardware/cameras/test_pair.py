"""Two cameras as one."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
import pytest

from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Camera, Frame
from hardware.cameras.pair import PairCamera, open_pair
from hardware.cameras.registry import CameraRequest, open_camera
from tests.hardware.cameras.videos import record_video
from tests.waiting import PATIENCE_S

MS = 1_000_000


@dataclass
class Eye:
    """A camera that gives what the test hands it."""

    description: str
    waiting: SimpleQueue[Frame | Exception] = field(default_factory=SimpleQueue)
    is_closed: threading.Event = field(default_factory=threading.Event)

    def show(self, grey: int, at_ms: int, size_px: tuple[int, int] = (12, 16)) -> None:
        """Take a picture of one grey."""
        self.waiting.put(Frame(np.full(size_px, grey, dtype=np.uint8), at_ms * MS, 1))

    def read(self, timeout_s: float) -> Frame | None:
        """Return the next picture."""
        try:
            step = self.waiting.get(timeout=timeout_s)
        except Empty:
            return None
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        """Note it."""
        self.is_closed.set()


@pytest.fixture
def eyes() -> tuple[Eye, Eye]:
    return Eye("left"), Eye("right")


def test_a_pair_is_two_planes_with_the_older_time(eyes: tuple[Eye, Eye]) -> None:
    """It should put left before right, and carry the capture time of the older."""
    left, right = eyes
    subject = PairCamera(left, right, frame_rate_hz=20)
    left.show(10, at_ms=110)
    right.show(200, at_ms=100)
    frame = subject.read(PATIENCE_S)
    subject.close()
    assert frame is not None
    assert frame.pixels.shape == (12, 16, 2)
    assert (frame.pixels[0, 0, 0], frame.pixels[0, 0, 1]) == (10, 200)
    assert (frame.capture_mono_ns, frame.seq) == (100 * MS, 1)
    assert left.is_closed.is_set()
    assert right.is_closed.is_set()


def test_pictures_of_different_instants_are_no_pair(eyes: tuple[Eye, Eye]) -> None:
    """It should wait for the camera that is behind."""
    left, right = eyes
    subject = PairCamera(left, right, frame_rate_hz=20)
    left.show(10, at_ms=100)
    right.show(20, at_ms=126)
    assert subject.read(0.05) is None
    left.show(30, at_ms=150)
    frame = subject.read(PATIENCE_S)
    subject.close()
    assert frame is not None
    assert (frame.pixels[0, 0, 0], frame.pixels[0, 0, 1]) == (30, 20)


def test_one_camera_alone_gives_nothing(eyes: tuple[Eye, Eye]) -> None:
    """It should be silent where one of the two is, so that the car stands."""
    left, right = eyes
    subject = PairCamera(left, right, frame_rate_hz=20)
    right.show(20, at_ms=100)
    assert subject.read(0.05) is None
    subject.close()
    with pytest.raises(CameraError, match="closed"):
        subject.read(0.05)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (CameraError("The camera left stopped."), "left stopped"),
        (ZeroDivisionError(), "left failed"),
    ],
)
def test_a_camera_that_fails_is_the_pairs_fault(
    eyes: tuple[Eye, Eye], fault: Exception, sentence: str
) -> None:
    """It should say what the one that failed said."""
    left, right = eyes
    subject = PairCamera(left, right, frame_rate_hz=20)
    left.waiting.put(fault)
    with pytest.raises(CameraError, match=sentence):
        subject.read(PATIENCE_S)
    subject.close()


def test_two_sizes_are_refused(eyes: tuple[Eye, Eye]) -> None:
    """It should name both sizes."""
    left, right = eyes
    subject = PairCamera(left, right, frame_rate_hz=20)
    left.show(1, at_ms=1)
    right.show(2, at_ms=1, size_px=(24, 32))
    with pytest.raises(CameraError, match="different sizes, 16×12 and 32×24"):
        subject.read(PATIENCE_S)
    subject.close()


def video(path: Path, grey: int) -> Callable[[], Camera]:
    """Record a second of one grey, and return what opens it as a camera."""
    record_video(path, repeat(np.full((48, 64, 3), grey, dtype=np.uint8), 20), 20.0)
    wanted = CameraRequest(str(path), 20.0, 64, 48, "red")
    return lambda: open_camera("file", wanted)


def test_two_recordings(tmp_path: Path) -> None:
    """It should see both, each in its own plane."""
    subject = open_pair(video(tmp_path / "l.avi", 40), video(tmp_path / "r.avi", 180), 20.0)
    frame = subject.read(PATIENCE_S)
    subject.close()
    assert frame is not None
    assert abs(int(frame.pixels[9, 9, 0]) - 40) < 4
    assert abs(int(frame.pixels[9, 9, 1]) - 180) < 4


def test_nothing_stays_open_where_the_second_is_missing() -> None:
    """It should close the left one and raise what the right one said."""
    left = Eye("left")

    def missing() -> Camera:
        raise CameraError("There is no right one.")

    with pytest.raises(CameraError, match="no right one"):
        open_pair(lambda: left, missing, 20.0)
    assert left.is_closed.is_set()
