"""Actuators that only log."""

from structlog.testing import capture_logs

from hardware.actuators.command import CarReading, Command
from hardware.actuators.devices.bench_test import LOG_EVERY_NS, BenchTestActuators


def test_logs_commands_at_a_pace_that_a_person_can_read() -> None:
    """It should write the first of fifteen commands a second, and one each half second."""
    subject = BenchTestActuators()
    with capture_logs() as lines:
        for tick in range(15):
            issued_ns = tick * LOG_EVERY_NS // 7
            subject.apply(Command(0.5, 0.25, issued_ns - 5_000_000, issued_ns, 300_000_000))
        subject.neutral()
        subject.close()
    assert [line["event"] for line in lines] == ["command", "command", "command", "neutral"]
    assert lines[0]["steering_frac"] == 0.5
    assert lines[0]["age_ms"] == 5.0
    assert subject.reading() == CarReading()
