"""What the car tells of its own driving."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.driving.policy import Decision
from car_agent.telemetry import (
    RATE_PATIENCE_NS,
    DriveRecord,
    Tally,
    encode_view,
    percentile,
    rate_hz,
)
from hardware.actuators.command import CarReading
from hardware.cameras.frames import Frame

SHA256 = "ab" * 32
PERIOD_NS = 66_666_667


def frame(*shape: int) -> Frame:
    return Frame(np.full(shape, 90, dtype=np.uint8), 1, 1)


def test_reports_what_was_driven() -> None:
    """It should give rate, counts, percentiles, action and what the sensors say."""
    subject = DriveRecord(SHA256)
    now_ns = 0
    for step in range(1, 101):
        now_ns += PERIOD_NS
        subject.note_frame(frame(12, 16), now_ns)
        if step == 1:
            subject.note_late_frame()
        subject.note_drive(Decision(-0.5, 0.25, 2), step * 10_000, 7_000_000)
    tally = Tally(3, 2, CarReading(speed_mps=1.5))
    report = subject.report(tally, now_ns)
    assert report.is_driving
    assert report.model_sha256 == SHA256
    assert report.frame_rate_hz == pytest.approx(15.0, rel=1e-3)
    assert (report.frames, report.dropped_frames, report.stale_commands) == (100, 4, 2)
    assert report.frame_age_ms == 7.0
    assert (report.inference_p50_ms, report.inference_p95_ms) == (0.5, 0.95)
    assert (report.steering_frac, report.throttle_frac) == (-0.5, 0.25)
    assert report.speed_mps == 1.5
    assert report.battery_frac is None


def test_a_few_actions_of_the_last_second_are_told() -> None:
    """It should tell the newest action and others of the last second, evenly, no older ones."""
    subject = DriveRecord(SHA256)
    for step in range(90):
        subject.note_frame(frame(12, 16), step * PERIOD_NS // 2)
        subject.note_drive(Decision(step / 100, 0.25, 2), 10_000, 7_000_000)
    actions = subject.report(Tally(0, 0, CarReading()), 90 * PERIOD_NS // 2).actions
    assert len(actions) == 10
    assert [each.steering_frac for each in actions[-2:]] == [0.86, 0.89]
    assert actions[-1].age_ms == 33
    assert all(each.age_ms <= 1_000 for each in actions)


def test_a_car_that_only_stands_reports_too() -> None:
    """It should tell which model is loaded before it has driven."""
    subject = DriveRecord(SHA256)
    report = subject.report(Tally(0, 0, CarReading()), 5)
    assert not report.is_driving
    assert report.model_sha256 == SHA256
    assert (report.frame_rate_hz, report.inference_p95_ms, report.speed_mps) == (0.0, 0.0, None)


def test_halting_takes_the_action_back() -> None:
    """It should not show the throttle of a car that stands."""
    subject = DriveRecord(SHA256)
    subject.note_drive(Decision(0.5, 0.5), 1, 1)
    subject.note_halt()
    report = subject.report(Tally(0, 0, CarReading()), 5)
    assert (report.is_driving, report.steering_frac, report.throttle_frac) == (False, 0.0, 0.0)


def test_the_rate_falls_to_zero_when_frames_stop() -> None:
    """It should not go on telling the rate of a camera that is gone."""
    arrivals_ns = [0, PERIOD_NS, 2 * PERIOD_NS]
    assert rate_hz(arrivals_ns, 2 * PERIOD_NS + RATE_PATIENCE_NS) > 0
    assert rate_hz(arrivals_ns, 2 * PERIOD_NS + RATE_PATIENCE_NS + 1) == 0.0
    assert rate_hz([5], 5) == 0.0
    assert rate_hz([5, 5], 5) == 0.0


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_one_of_the_values(values: list[float], frac: float) -> None:
    """It should leave at least that share of the values at or below it."""
    ordered = sorted(values)
    found = percentile(ordered, frac)
    assert found in ordered
    assert sum(value <= found for value in ordered) >= frac * len(ordered) - 1e-6


@pytest.mark.parametrize(
    ("shape", "size_px"),
    [
        ((480, 640, 3), (120, 160)),
        ((480, 640), (120, 160)),
        ((120, 160), (120, 160)),
        ((60, 80), (60, 80)),
        ((720, 1280, 3), (90, 160)),
        ((120, 160, 2), (60, 160)),
    ],
)
def test_the_view_is_a_small_grey_jpeg(shape: tuple[int, ...], size_px: tuple[int, int]) -> None:
    """It should shrink what is larger than 160×120 and keep the aspect."""
    encoded = encode_view(frame(*shape))
    decoded = cv2.imdecode(np.frombuffer(encoded, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert decoded is not None
    assert decoded.shape == size_px
    assert np.abs(decoded.astype(int) - 90).max() <= 2
    assert len(encoded) < 64 * 1024
