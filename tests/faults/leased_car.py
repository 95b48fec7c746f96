"""A real ``paddock car`` whose wheels are pulses in files, and who lets it off."""

import subprocess
import sys
import time
from itertools import repeat
from pathlib import Path
from typing import Any

from hardware.calibration.file import DEFAULT
from tests.car_agent.onnx_models import light_seeker
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.hardware.cameras.videos import light_on_the_left, record_video
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until

NEUTRAL_NS = DEFAULT.motor.mid_ns
ROOT = Path(__file__).parents[2]


class LeasedCar:
    """The process, and what its wheels do."""

    def __init__(self, folder: Path, organiser: Organiser, server_url: str) -> None:
        self.tree = PwmTree(folder / "pwm")
        token = folder / "red.token"
        token.write_text(organiser.token("car", "red"), encoding="ascii")
        config = folder / "paddock.toml"
        # Files and a busy machine make slow pictures, and those are not what is asked here.
        config.write_text(
            f'[car]\ncommand_ttl_ms = 2000\n[car.wheels]\npwm_root = "{folder / "pwm"}"\n',
            encoding="utf-8",
        )
        self._log = (folder / "car.log").open("wb")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "timing_server", "car", "--server", server_url),
                *("--car-id", "red", "--token-file", str(token), "--config", str(config)),
                *("--model", str(light_seeker(folder / "seeker.onnx"))),
                *("--camera", f"file:{_video(folder)}", "--actuators", "pwm"),
            ],
            stdout=self._log,
            stderr=self._log,
            cwd=ROOT,
        )

    def close(self) -> None:
        """End it as a battery that is pulled."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def drives(self) -> bool:
        """Whether the throttle's pulse is anything but neutral."""
        return self.tree.throttle_ns() not in {0, NEUTRAL_NS}

    def stands(self) -> bool:
        """Whether it stays in neutral for a second: on a busy machine it pauses, too."""
        until_s = time.monotonic() + 1.0
        while time.monotonic() < until_s:
            if self.drives():
                return False
            time.sleep(0.02)
        return True


def start_heat(organiser: Organiser, **stage: Any) -> dict[str, Any]:
    """Let the red car off in a heat of its own, once it says that it is ready."""
    plan = organiser.plan(window_s=600, idle_limit_s=600, **stage)
    path, heat_id = plan["path"], plan["heats"][0]
    equip = {"entry_id": plan["entries"][0], "car_id": "red"}
    organiser.post(f"{path}/heats/{heat_id}/equip", equip)
    wait_until(lambda: bool(telemetry(organiser).get("is_warm")), "the car to be ready")
    organiser.start_next(plan)
    return plan


def telemetry(organiser: Organiser) -> dict[str, Any]:
    """Return the car's newest numbers."""
    return organiser.get("/cars/red")["telemetry"] or {}


def _video(folder: Path) -> Path:
    """Record a second of light on the left, which is played for ever."""
    return record_video(folder / "left.avi", repeat(light_on_the_left(), 30))
