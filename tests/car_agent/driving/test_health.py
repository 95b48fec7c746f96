"""What is wrong with camera and model, in words for race control."""

import threading

import pytest
from structlog.testing import capture_logs

from car_agent.driving.health import RESET_TOLD_NS, LoopHealth, LoopWatch
from tests.waiting import PATIENCE_S

S = 1_000_000_000


@pytest.mark.parametrize(
    ("rate_hz", "is_slow"), [(0.0, False), (11.9, True), (12.0, False), (15.0, False)]
)
def test_a_camera_that_gives_too_few_pictures(rate_hz: float, is_slow: bool) -> None:
    """It should call a rate slow below four fifths of the wanted one, but silence not."""
    subject = LoopHealth(S, wanted_rate_hz=15.0)
    found = subject.troubles(0, rate_hz, is_camera_gone=False)
    assert found == (("camera_slow",) if is_slow else ())


def test_the_worst_about_a_camera_is_said() -> None:
    """It should call a camera that is away gone, though it also gives nothing."""
    subject = LoopHealth(S, wanted_rate_hz=15.0)
    subject.is_camera_stalled = True
    assert subject.troubles(0, 1.0, is_camera_gone=False) == ("camera_stalled",)
    assert subject.troubles(0, 1.0, is_camera_gone=True) == ("camera_gone",)


def test_a_model_that_thinks_too_long() -> None:
    """It should hang from then on, until it answers or fails."""
    subject = LoopHealth(S)
    assert not subject.is_hung(9 * S)
    subject.begin_thinking(9 * S)
    assert not subject.is_hung(10 * S)
    assert subject.is_hung(10 * S + 1)
    subject.end_thinking(is_failure=True)
    assert subject.troubles(11 * S, 15.0, is_camera_gone=False) == ("model_failed",)


def test_a_reset_of_the_wheels_is_told_for_a_while() -> None:
    """It should outlast the moment that it takes, and not begin anew with another guard."""
    subject = LoopHealth(S)
    for count, now_ns, told in (
        (0, 0, ()),
        (1, S, ("wheels_reset",)),
        (1, RESET_TOLD_NS, ("wheels_reset",)),
        (1, RESET_TOLD_NS + S, ()),
        (0, RESET_TOLD_NS + 2 * S, ()),
        (1, RESET_TOLD_NS + 3 * S, ("wheels_reset",)),
    ):
        subject.note_resets(count, now_ns)
        assert subject.troubles(now_ns, 15.0, is_camera_gone=False) == told


def test_the_watch_looks_by_itself() -> None:
    """It should say so from a thread of its own, and end when told."""
    subject = LoopHealth(S)
    subject.begin_thinking(0)
    has_looked = threading.Event()

    def clock_ns() -> int:
        has_looked.set()
        return 2 * S

    with capture_logs() as lines:
        watch = LoopWatch(subject, clock_ns)
        watch.start()
        assert has_looked.wait(PATIENCE_S)
        watch.close()
    assert [line["event"] for line in lines] == ["model_hung"]
