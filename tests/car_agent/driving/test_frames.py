"""From the camera's thread to the drive loop."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from car_agent.driving.frames import CameraFeed, NewestFrame
from car_agent.driving.pace import Pace
from hardware.cameras.errors import CameraError
from hardware.cameras.frames import Frame
from tests.waiting import PATIENCE_S


def frame(seq: int) -> Frame:
    return Frame(np.zeros((12, 16), dtype=np.uint8), seq * 1_000_000, seq)


@dataclass
class ScriptedCamera:
    """Plays a script of frames and faults, one a read, then falls silent."""

    script: list[Frame | Exception | None]
    description: str = "scripted"
    close_fault: Exception | None = None
    is_closed: threading.Event = field(default_factory=threading.Event)
    is_played: threading.Event = field(default_factory=threading.Event)

    def read(self, timeout_s: float) -> Frame | None:
        """Return what the script has next."""
        if not self.script:
            self.is_played.set()
            self.is_closed.wait(timeout_s)
            return None
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        """Note it."""
        self.is_closed.set()
        if self.close_fault is not None:
            raise self.close_fault


def opener(*cameras: ScriptedCamera | Exception) -> Callable[[], ScriptedCamera]:
    """Return a function that opens one camera after the other."""
    waiting = list(cameras)

    def open_camera() -> ScriptedCamera:
        found = waiting.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return open_camera


def test_the_newest_frame_wins() -> None:
    """It should hand out the latest frame alone, and count the ones that gave way."""
    subject = NewestFrame()
    for seq in range(1, 5):
        subject.put(frame(seq))
    taken = subject.take(0)
    assert taken is not None
    assert taken.seq == 4
    assert subject.dropped == 3
    assert subject.take(0) is None


def test_a_frame_is_taken_once() -> None:
    """It should wait for a new frame rather than give the old one again."""
    subject = NewestFrame()
    subject.put(frame(1))
    assert subject.take(0) is not None
    assert subject.take(0.01) is None
    assert subject.dropped == 0


def test_take_wakes_up_when_a_frame_comes() -> None:
    """It should not sleep its patience out."""
    subject = NewestFrame()
    threading.Timer(0.01, subject.put, [frame(7)]).start()
    taken = subject.take(PATIENCE_S)
    assert taken is not None
    assert taken.seq == 7


def test_the_feed_hands_frames_on_and_counts_gaps() -> None:
    """It should see in the device's own count that frames were lost before they reached it."""
    camera = ScriptedCamera([frame(1), None, frame(2), frame(5)])
    slot = NewestFrame()
    subject = CameraFeed(opener(camera), slot)
    subject.start()
    assert camera.is_played.wait(PATIENCE_S)
    subject.close()
    taken = slot.take(0)
    assert taken is not None
    assert taken.seq == 5
    assert subject.lost == 2
    assert slot.dropped == 2
    assert camera.is_closed.is_set()


def test_a_camera_that_fails_is_opened_again() -> None:
    """It should close it, try until it opens, and not count the new device's numbers as a gap."""
    first = ScriptedCamera([frame(90), CameraError("The cable is out.")])
    second = ScriptedCamera([frame(500)])
    slot = NewestFrame()
    subject = CameraFeed(opener(first, CameraError("Still out."), second), slot)
    subject.start()
    assert second.is_played.wait(PATIENCE_S)
    subject.close()
    assert first.is_closed.is_set()
    taken = slot.take(0)
    assert taken is not None
    assert taken.seq == 500
    assert subject.lost == 0


def test_a_camera_that_is_not_there_at_the_start() -> None:
    """It should leave that to the caller, who ends with one sentence."""
    with pytest.raises(CameraError, match="Not there"):
        CameraFeed(opener(CameraError("Not there.")), NewestFrame())


def test_a_drivers_surprise_does_not_blind_the_car() -> None:
    """It should open the camera again, whatever the driver raised while it read, closed, opened."""
    first = ScriptedCamera([ZeroDivisionError("Who would have thought?")], close_fault=KeyError())
    second = ScriptedCamera([frame(1)])
    slot = NewestFrame()
    subject = CameraFeed(opener(first, RuntimeError("Not again!"), second), slot)
    subject.start()
    assert second.is_played.wait(PATIENCE_S)
    subject.close()
    assert slot.take(0) is not None


def test_pictures_beyond_the_pace_are_left_out_and_not_called_dropped() -> None:
    """It should hand on as many as are wanted, and count only what was lost."""
    period_ms = 1000 / 60
    camera = ScriptedCamera(
        [
            Frame(np.zeros((12, 16), dtype=np.uint8), int(seq * period_ms * 1e6), seq)
            for seq in range(1, 61)
        ]
    )
    slot = NewestFrame()
    subject = CameraFeed(opener(camera), slot, Pace(20.0))
    subject.start()
    assert camera.is_played.wait(PATIENCE_S)
    subject.close()
    # The slot was never emptied: each that came took the place of the one before.
    assert slot.dropped + 1 == 20
    assert subject.lost == 0


def test_a_camera_that_is_away_is_called_gone() -> None:
    """It should say so from the fault until it gives pictures again."""
    back = ScriptedCamera([frame(1)])
    subject = CameraFeed(opener(ScriptedCamera([CameraError("unplugged")]), back), NewestFrame())
    assert not subject.is_gone
    subject.start()
    assert back.is_played.wait(PATIENCE_S)
    assert not subject.is_gone
    subject.close()
