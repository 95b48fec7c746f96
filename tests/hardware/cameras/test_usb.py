"""USB cameras: what can be tested without one plugged in."""

import cv2
import numpy as np
import pytest
from structlog.testing import capture_logs

from hardware.cameras.errors import CameraError, CameraNameError
from hardware.cameras.light import SETTLE_NS, Light
from hardware.cameras.registry import CameraRequest, open_camera
from hardware.cameras.usb import (
    MAX_SILENCE_NS,
    MAX_STAMP_AGE_NS,
    UsbCamera,
    capture_instant_ns,
    free_light,
)
from tests.car_agent.doubles import FakeClock

NOW_NS = 10_000_000_000


def request(address: str) -> CameraRequest:
    return CameraRequest(address, 15.0, 640, 480, "red")


def test_a_camera_that_is_not_there() -> None:
    """It should say where to look."""
    with pytest.raises(CameraError, match="can't be opened; see 'ls /dev/video"):
        open_camera("usb", request("/dev/video-not-there"))


@pytest.mark.parametrize("address", ["front", "-1", "99999999999999999999"])
def test_an_address_that_is_none(address: str) -> None:
    """It should show what an address looks like."""
    with pytest.raises(CameraNameError, match="use usb:0"):
        open_camera("usb", request(address))


@pytest.mark.parametrize(
    ("stamp_ms", "capture_ns"),
    [
        (9_990.0, NOW_NS - 10_000_000),
        (10_000.0, NOW_NS),
        (0.0, NOW_NS),
        (10_001.0, NOW_NS),
        ((NOW_NS - MAX_STAMP_AGE_NS) / 1e6, NOW_NS - MAX_STAMP_AGE_NS),
        ((NOW_NS - MAX_STAMP_AGE_NS) / 1e6 - 1, NOW_NS),
        (1.7e12, NOW_NS),
    ],
)
def test_the_drivers_stamp_is_believed_where_it_can_be_true(
    stamp_ms: float, capture_ns: int
) -> None:
    """It should take the buffer's own time, but neither zero, nor the future, nor another clock."""
    assert capture_instant_ns(stamp_ms, NOW_NS) == capture_ns


class ScriptedCapture:
    """What OpenCV's capture answers, with a script instead of a device."""

    def __init__(self, pictures: int, stamp_ms: float) -> None:
        self.pictures = pictures
        self.stamp_ms = stamp_ms
        self.is_there = True
        self.held: dict[int, float] = {}
        self.settled: dict[int, float] = {}
        self.refused: set[tuple[int, float]] = set()

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.is_there

    def read(self) -> tuple[bool, object]:
        self.pictures -= 1
        return self.pictures >= 0, np.zeros((48, 64, 3), dtype=np.uint8)

    def get(self, prop: int, /) -> float:
        if prop == cv2.CAP_PROP_POS_MSEC:
            return self.stamp_ms
        return self.held.get(prop, self.settled.get(prop, 0.0))

    def set(self, prop: int, value: float, /) -> bool:
        if (prop, value) in self.refused:
            return False
        self.held[prop] = value
        return True

    def release(self) -> None:
        self.is_there = False


def test_frames_carry_the_buffers_time_and_a_count() -> None:
    """It should count up, and stop with one sentence when the device falls silent at once."""
    clock = FakeClock(NOW_NS)
    subject = UsbCamera(ScriptedCapture(2, 9_985.0), "usb:0", clock)
    first, second = subject.read(0.25), subject.read(0.25)
    assert first is not None
    assert second is not None
    assert (first.seq, second.seq) == (1, 2)
    assert first.capture_mono_ns == NOW_NS - 15_000_000
    with pytest.raises(CameraError, match="cable"):
        subject.read(0.25)
    subject.close()
    with pytest.raises(CameraError, match="closed"):
        subject.read(0.25)


def test_a_slow_silence_is_no_fault_yet() -> None:
    """It should return without a picture where the device just took too long."""
    clock = FakeClock(NOW_NS)

    class Slow(ScriptedCapture):
        def read(self) -> tuple[bool, object]:
            clock.advance_ms(300)
            return False, None

    assert UsbCamera(Slow(0, 0.0), "usb:0", clock).read(0.25) is None


def test_a_device_that_stays_silent_is_given_up() -> None:
    """It should raise once the silence has lasted, so that the device is opened anew."""
    clock = FakeClock(NOW_NS)

    class Hung(ScriptedCapture):
        def read(self) -> tuple[bool, object]:
            clock.advance_ms(MAX_SILENCE_NS / 2e6)
            return False, None

    subject = UsbCamera(Hung(0, 0.0), "usb:0", clock)
    assert subject.read(0.25) is None
    with pytest.raises(CameraError, match="gives no pictures"):
        subject.read(0.25)


SETTLED = {cv2.CAP_PROP_EXPOSURE: 157.0, cv2.CAP_PROP_WB_TEMPERATURE: 4600.0}


@pytest.mark.parametrize(
    ("light", "held"),
    [
        (Light(), {}),
        (
            Light("lock", "lock"),
            {
                cv2.CAP_PROP_AUTO_EXPOSURE: 1.0,
                cv2.CAP_PROP_EXPOSURE: 157.0,
                cv2.CAP_PROP_AUTO_WB: 0.0,
                cv2.CAP_PROP_WB_TEMPERATURE: 4600.0,
            },
        ),
        (Light(8000), {cv2.CAP_PROP_AUTO_EXPOSURE: 1.0, cv2.CAP_PROP_EXPOSURE: 80.0}),
        (
            Light(white_balance=5000),
            {cv2.CAP_PROP_AUTO_WB: 0.0, cv2.CAP_PROP_WB_TEMPERATURE: 5000.0},
        ),
    ],
)
def test_light_is_held_once_it_has_settled(light: Light, held: dict[int, float]) -> None:
    """It should leave the camera to itself at first, then hold what is asked for."""
    clock = FakeClock(NOW_NS)
    capture = ScriptedCapture(3, 0.0)
    capture.settled = dict(SETTLED)
    subject = UsbCamera(capture, "usb:0", clock, light)
    subject.read(0.25)
    assert capture.held == {}
    clock.now_ns += SETTLE_NS
    subject.read(0.25)
    assert capture.held == held


def test_light_that_can_not_be_held_is_said() -> None:
    """It should name what the device refused, and drive on."""
    clock = FakeClock(NOW_NS)
    capture = ScriptedCapture(3, 0.0)
    capture.settled = {cv2.CAP_PROP_EXPOSURE: 157.0}
    capture.refused = {(cv2.CAP_PROP_AUTO_EXPOSURE, 1.0)}
    subject = UsbCamera(capture, "usb:0", clock, Light("lock", "lock"))
    subject.read(0.25)
    clock.now_ns += SETTLE_NS
    with capture_logs() as lines:
        assert subject.read(0.25) is not None
    assert [(line["event"], line["what"]) for line in lines] == [
        ("camera_light_not_held", "exposure"),
        ("camera_light_held", "white_balance"),
    ]


def test_what_another_program_held_is_let_go() -> None:
    """It should ask for automatic exposure in either way that cameras know."""
    capture = ScriptedCapture(0, 0.0)
    capture.refused = {(cv2.CAP_PROP_AUTO_EXPOSURE, 3.0)}
    free_light(capture)
    assert capture.held == {cv2.CAP_PROP_AUTO_EXPOSURE: 0.0, cv2.CAP_PROP_AUTO_WB: 1.0}
