"""The agent's end of the console's socket, over a guard that a test chose."""

import time
from pathlib import Path

from car_agent.console.door import ConsoleDoor
from car_agent.console.talk import AgentWord, GuardWord
from hardware.guard.handle import DriveGuard
from tests.car_agent.console.desk import Desk
from tests.car_agent.doubles import GuardInPlace, RecordingActuators

WORD = AgentWord(
    car_id="red",
    model_name="lap",
    model_sha256="0" * 64,
    model_key=None,
    loading="",
    load_trouble="",
    is_driving=False,
    why_not="no heat of this car is under way",
    is_own_heat=False,
    is_held=False,
    is_by_hand=False,
    is_alone=False,
    has_pulses=False,
    is_paired=True,
    frame_rate_hz=15.0,
    is_camera_gone=False,
    battery_frac=None,
    guard=GuardWord(
        device="none", why_neutral=None, e_stop=None, fault=None, steering_frac=0, throttle_frac=0
    ),
)
PICTURE = b"\xff\xd8 a picture"


class Agent:
    """By the machine's clock; the guard's own code in place, where no other guard is given."""

    def __init__(self, path: Path, guard: DriveGuard | None = None) -> None:
        self.path = path
        self.wheels = RecordingActuators()
        in_place = GuardInPlace(lambda: self.wheels, time.monotonic_ns)  # type: ignore[arg-type]
        self.guard = guard or in_place
        self.calibration_file = path.with_name("calibration.json")
        self.desk = Desk(self.guard, self.calibration_file)
        self.door = ConsoleDoor(path, self.desk.wishes, lambda: WORD, lambda: PICTURE)
