"""A recorded video as a camera, with OpenCV's real decoder."""

from pathlib import Path

import numpy as np
import pytest

from hardware.cameras.errors import CameraError
from hardware.cameras.registry import CameraRequest, open_camera
from hardware.cameras.video_file import VideoFileCamera
from tests.car_agent.doubles import FakeClock
from tests.hardware.cameras.videos import record_video

LEVELS = (40, 90, 140, 190, 240)
PERIOD_NS = 100_000_000


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Record five pictures at 10 Hz, each lighter than the one before."""
    path = tmp_path_factory.mktemp("video") / "lap.avi"
    levels = (np.full((48, 64, 3), level, dtype=np.uint8) for level in LEVELS)
    return record_video(path, levels, 10.0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def level_of(subject: VideoFileCamera) -> int:
    """Read one picture; return which of the recorded ones it is."""
    frame = subject.read(0)
    assert frame is not None
    mean = float(frame.pixels.mean())
    return min(range(len(LEVELS)), key=lambda place: abs(LEVELS[place] - mean))


def test_plays_at_its_own_pace(video: Path, clock: FakeClock) -> None:
    """It should give each picture when it is due, and none before."""
    subject = VideoFileCamera(video, 30.0, clock)
    first = subject.read(0)
    assert first is not None
    assert (first.seq, first.capture_mono_ns) == (1, clock())
    assert first.pixels.shape == (48, 64, 3)
    assert subject.read(0) is None
    clock.now_ns += PERIOD_NS
    second = subject.read(0)
    assert second is not None
    assert (second.seq, second.capture_mono_ns) == (2, clock())
    subject.close()


def test_begins_again_at_its_end(video: Path, clock: FakeClock) -> None:
    """It should loop, counting on."""
    subject = VideoFileCamera(video, 30.0, clock)
    seen = []
    for _ in range(7):
        seen.append(level_of(subject))
        clock.now_ns += PERIOD_NS
    assert seen == [0, 1, 2, 3, 4, 0, 1]
    subject.close()


def test_a_late_reader_gets_what_is_due_now(video: Path, clock: FakeClock) -> None:
    """It should leave out the pictures that were missed, and show them as a gap."""
    subject = VideoFileCamera(video, 30.0, clock)
    subject.read(0)
    clock.now_ns += 3 * PERIOD_NS + PERIOD_NS // 2
    frame = subject.read(0)
    assert frame is not None
    assert frame.seq == 4
    assert frame.capture_mono_ns == clock() - PERIOD_NS // 2
    assert abs(float(frame.pixels.mean()) - LEVELS[3]) < 10
    subject.close()


def test_reading_a_closed_one(video: Path, clock: FakeClock) -> None:
    """It should say that it is closed; closing twice is fine."""
    subject = VideoFileCamera(video, 30.0, clock)
    subject.close()
    subject.close()
    with pytest.raises(CameraError, match="closed"):
        subject.read(0)


def request(address: str) -> CameraRequest:
    return CameraRequest(address, 15.0, 640, 480, "red")


def test_opens_by_name(video: Path) -> None:
    """It should be what 'file:' opens."""
    camera = open_camera("file", request(str(video)))
    assert camera.description == "file:lap.avi"
    assert camera.read(1.0) is not None
    camera.close()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Which file"),
        ("missing.mp4", "no video file"),
        ("text.mp4", "not a video"),
        ("a" * 300, "can't be looked at"),
    ],
)
def test_what_is_no_video(tmp_path: Path, name: str, sentence: str) -> None:
    """It should say so in one sentence."""
    (tmp_path / "text.mp4").write_text("no video", encoding="utf-8")
    with pytest.raises(CameraError, match=sentence):
        open_camera("file", request(str(tmp_path / name) if name else ""))


def test_a_home_that_nobody_has() -> None:
    """It should say so in one sentence."""
    with pytest.raises(CameraError, match="home directory"):
        open_camera("file", request("~nobody-of-that-name/lap.mp4"))
