import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from hardware.cameras.errors import CameraError
from hardware.cameras.registry import CameraRequest, open_camera
from hardware.cameras.virtual import VirtualCamera
from hardware.virtual.errors import SocketPathError
from hardware.virtual.link import JoinCamera, Picture
from tests.hardware.virtual.venue_server import PATIENCE_S, PlayedVenue


def request(path: Path | None, **changes: object) -> CameraRequest:
    wanted: dict[str, object] = {
        "address": "",
        "frame_rate_hz": 15.0,
        "width_px": 640,
        "height_px": 480,
        "car_id": "car-1",
        "venue_socket": path,
    }
    return CameraRequest(**{**wanted, **changes})  # type: ignore[arg-type]  # a test's shorthand


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[PlayedVenue]:
    with PlayedVenue(tmp_path / "v.sock") as played:
        yield played


@pytest.fixture
def subject(venue: PlayedVenue, tmp_path: Path) -> Iterator[VirtualCamera]:
    with closing(VirtualCamera(request(tmp_path / "v.sock"))) as camera:
        venue.accept()
        yield camera


def send(venue: PlayedVenue, seq: int, grey: int = 7) -> None:
    head = Picture(capture_mono_ns=1000 + seq, seq=seq, width_px=20, height_px=16, channels="bgr")
    venue.send(head, bytes([grey]) * (20 * 16 * 3))


def test_picture_arrives_with_its_instant(subject: VirtualCamera, venue: PlayedVenue) -> None:
    """It should hand over pixels, capture time and number as the venue sent them."""
    send(venue, 3, grey=9)
    frame = subject.read(PATIENCE_S)
    assert frame is not None
    assert (frame.capture_mono_ns, frame.seq) == (1003, 3)
    assert np.array_equal(frame.pixels, np.full((16, 20, 3), 9, dtype=np.uint8))


def test_grey_pictures_have_two_dimensions(subject: VirtualCamera, venue: PlayedVenue) -> None:
    """It should understand a venue that renders luma."""
    head = Picture(capture_mono_ns=1, seq=1, width_px=20, height_px=16, channels="luma")
    venue.send(head, bytes(20 * 16))
    frame = subject.read(PATIENCE_S)
    assert frame is not None
    assert frame.pixels.shape == (16, 20)


def test_newest_picture_wins(subject: VirtualCamera, venue: PlayedVenue) -> None:
    """It should drop what nobody read in time, and never hand a picture out twice."""
    for seq in range(1, 6):
        send(venue, seq)
    frame = subject.read(PATIENCE_S)
    while frame is not None and frame.seq < 5:
        frame = subject.read(PATIENCE_S)
    assert frame is not None
    assert subject.read(0.05) is None


def test_it_asks_for_no_more_than_the_venue_gives(venue: PlayedVenue, tmp_path: Path) -> None:
    """It should keep the wanted shape at a size and rate that the venue can render."""
    wanted = request(tmp_path / "v.sock", width_px=1280, height_px=720, frame_rate_hz=90.0)
    with closing(open_camera("virtual", wanted)):
        join = venue.accept()
        assert isinstance(join, JoinCamera)
        assert (join.width_px, join.height_px, join.frame_rate_hz) == (320, 180, 60.0)


def test_close_wakes_a_waiting_read(subject: VirtualCamera) -> None:
    """It should end a read that waits in another thread."""
    failures: list[Exception] = []

    def read() -> None:
        try:
            subject.read(PATIENCE_S)
        except CameraError as error:
            failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    subject.close()
    reader.join(timeout=PATIENCE_S)
    assert not reader.is_alive()
    assert len(failures) == 1


def test_it_needs_a_venue(tmp_path: Path) -> None:
    """It should say which option names it, and refuse a path that can be no socket's."""
    with pytest.raises(CameraError, match="--venue"):
        VirtualCamera(request(None))
    with pytest.raises(SocketPathError):
        VirtualCamera(request(tmp_path / ("a" * 120)))
