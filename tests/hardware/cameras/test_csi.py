"""Ribbon-cable cameras, against a double of picamera2's documented calls: no sensor was here."""

import sys
from concurrent.futures import TimeoutError as PendingError
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from structlog.testing import capture_logs

from hardware.cameras.csi import CsiCamera, held_controls
from hardware.cameras.errors import CameraError, CameraNameError
from hardware.cameras.frames import Pixels
from hardware.cameras.light import SETTLE_NS, Light
from hardware.cameras.registry import CameraRequest, open_camera
from tests.car_agent.doubles import FakeClock

NOW_NS = 10_000_000_000
PERIOD_US = 66_667


@dataclass
class Taken:
    """A picture of the sensor's, in one of its buffers."""

    stamp_ns: int
    exposure_us: int = 8_000
    is_released: bool = False

    def get_metadata(self) -> dict[str, Any]:
        return {
            "SensorTimestamp": self.stamp_ns,
            "FrameDuration": PERIOD_US,
            "ExposureTime": self.exposure_us,
            "AnalogueGain": 2.0,
            "ColourGains": (1.5, 1.25),
        }

    def make_array(self, name: str) -> Pixels:
        assert name == "main"
        return np.full((120, 160, 3), 7, dtype=np.uint8)

    def release(self) -> None:
        self.is_released = True


@dataclass
class Asked:
    """A picture that was asked for: there, not yet there, or never to come."""

    answer: Taken | Exception | None

    def get_result(self, timeout: float | None = None) -> Taken:
        assert timeout is not None
        if self.answer is None:
            raise PendingError
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class Sensor:
    """Picamera2 as its documentation has it, with a script of pictures."""

    script: list[Asked] = field(default_factory=list)
    camera_controls: dict[str, Any] = field(default_factory=dict)
    number: int = -1
    options: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    asked: int = 0
    is_started: bool = False
    closed: int = 0

    def create_video_configuration(self, **options: Any) -> dict[str, Any]:
        return options

    def configure(self, configuration: dict[str, Any], /) -> None:
        self.options = configuration

    def start(self) -> None:
        self.is_started = True

    def capture_request(self, *, wait: bool) -> Asked:
        assert not wait
        self.asked += 1
        return self.script.pop(0)

    def set_controls(self, controls: dict[str, Any], /) -> None:
        self.held |= controls

    def close(self) -> None:
        self.closed += 1


def request(address: str = "0", light: Light | None = None) -> CameraRequest:
    return CameraRequest(address, 15.0, 320, 240, "red", light=light or Light())


def subject_of(
    *pictures: Taken | Exception | None, light: Light | None = None
) -> tuple[CsiCamera, Sensor, FakeClock]:
    sensor = Sensor([Asked(picture) for picture in pictures])
    clock = FakeClock(NOW_NS)
    return CsiCamera(sensor, "csi:0", clock, light), sensor, clock


def test_a_picture_has_the_sensors_time_and_gives_its_buffer_back() -> None:
    """It should stamp with the sensor's time, count up, and hold no buffer."""
    taken = [Taken(NOW_NS - 30_000_000), Taken(NOW_NS - 10_000_000)]
    subject, _, _ = subject_of(*taken)
    first, second = subject.read(0.25), subject.read(0.25)
    assert first is not None
    assert second is not None
    assert first.capture_mono_ns == NOW_NS - 30_000_000
    assert (first.seq, second.seq) == (1, 2)
    assert first.pixels.shape == (120, 160, 3)
    assert all(picture.is_released for picture in taken)


def test_pictures_from_before_the_call_are_let_go() -> None:
    """It should give the first picture that wasn't whole when somebody asked after a pause."""
    old = [Taken(NOW_NS - 300_000_000), Taken(NOW_NS - 230_000_000)]
    subject, _, _ = subject_of(*old, Taken(NOW_NS - 40_000_000))
    frame = subject.read(0.25)
    assert frame is not None
    assert frame.capture_mono_ns == NOW_NS - 40_000_000
    assert all(picture.is_released for picture in old)


def test_a_steady_reader_takes_what_comes() -> None:
    """It should not starve where a picture's way from the sensor is longer than one picture."""
    subject, _, clock = subject_of(
        Taken(NOW_NS - 20_000_000), Taken(NOW_NS - 80_000_000), Taken(NOW_NS - 15_000_000)
    )
    assert subject.read(0.25) is not None
    clock.advance_ms(5)
    frame = subject.read(0.25)
    assert frame is not None
    assert frame.capture_mono_ns == NOW_NS - 80_000_000


@pytest.mark.parametrize("stamp_ns", [0, NOW_NS + 1, NOW_NS - 2_000_000_000])
def test_a_stamp_of_another_clock_is_not_believed(stamp_ns: int) -> None:
    """It should take the time of arrival instead."""
    subject, _, _ = subject_of(Taken(stamp_ns))
    frame = subject.read(0.25)
    assert frame is not None
    assert frame.capture_mono_ns == NOW_NS


def test_a_sensor_that_is_silent_is_asked_once() -> None:
    """It should wait on for the picture that it asked for, so that no buffer is lost."""
    subject, sensor, _ = subject_of(None)
    assert subject.read(0.01) is None
    assert subject.read(0.01) is None
    assert sensor.asked == 1


def test_a_sensor_that_fails() -> None:
    """It should say what picamera2 said, and be closed once."""
    subject, sensor, _ = subject_of(RuntimeError("Camera frontend has timed out"))
    with pytest.raises(CameraError, match=r"csi:0 stopped: Camera frontend has timed out"):
        subject.read(0.25)
    subject.close()
    subject.close()
    assert sensor.closed == 1
    with pytest.raises(CameraError, match="closed"):
        subject.read(0.25)


def test_light_is_held_as_it_settled() -> None:
    """It should let the sensor adjust itself first, then hold what it had found."""
    subject, sensor, clock = subject_of(
        Taken(NOW_NS), Taken(NOW_NS + SETTLE_NS), light=Light("lock", "lock")
    )
    subject.read(0.25)
    assert sensor.held == {}
    clock.now_ns += SETTLE_NS
    with capture_logs() as lines:
        subject.read(0.25)
    assert sensor.held == {
        "AeEnable": False,
        "ExposureTime": 8_000,
        "AnalogueGain": 2.0,
        "AwbEnable": False,
        "ColourGains": (1.5, 1.25),
    }
    assert [line["event"] for line in lines] == ["camera_light_held"]


def test_a_chosen_exposure_keeps_the_brightness() -> None:
    """It should raise the gain by as much as it shortens the exposure, and never below one."""
    settled = Taken(NOW_NS).get_metadata()
    assert held_controls(Light(4_000, 5_000), settled) == {
        "AeEnable": False,
        "ExposureTime": 4_000,
        "AnalogueGain": 4.0,
        "AwbEnable": False,
        "ColourTemperature": 5_000,
    }
    assert held_controls(Light(64_000), settled)["AnalogueGain"] == 1.0


def test_opening_without_picamera2() -> None:
    """It should say how it is installed."""
    with pytest.raises(CameraError, match="sudo apt install python3-picamera2"):
        open_camera("csi", request())


@pytest.mark.parametrize("address", ["front", "10", "-1"])
def test_an_address_that_is_none(address: str) -> None:
    """It should show what an address looks like."""
    with pytest.raises(CameraNameError, match="use csi:0"):
        open_camera("csi", request(address))


@pytest.fixture
def sensor(monkeypatch: pytest.MonkeyPatch) -> Sensor:
    """Put a double of the library where the real one would be."""
    found = Sensor()

    def make(number: int) -> Sensor:
        if number > 0:
            raise IndexError("list index out of range")
        found.number = number
        return found

    library = ModuleType("picamera2")
    library.Picamera2 = make  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "picamera2", library)
    return found


def test_opening(sensor: Sensor) -> None:
    """It should ask for the size, the pace, OpenCV's order of colours, and no queue."""
    assert open_camera("csi", request()).description == "csi:0"
    assert sensor.is_started
    assert sensor.options["main"] == {"size": (320, 240), "format": "RGB888"}
    assert sensor.options["queue"] is False
    assert sensor.options["controls"] == {"FrameDurationLimits": (PERIOD_US, PERIOD_US)}


def test_opening_a_camera_that_is_not_there(sensor: Sensor) -> None:
    """It should say where to look."""
    with pytest.raises(CameraError, match=r"csi:1 can't be opened .*rpicam-hello"):
        open_camera("csi", request("1"))
    assert not sensor.is_started


def test_a_colour_temperature_that_libcamera_does_not_know(sensor: Sensor) -> None:
    """It should refuse it before the race, with what can be done instead, and let go."""
    with pytest.raises(CameraError, match='use white_balance = "lock"'):
        open_camera("csi", request(light=Light(white_balance=5000)))
    assert sensor.closed == 1
