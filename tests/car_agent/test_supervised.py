"""A car as its units start it: told when it is up and alive; killed, it comes back to its guard."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest

from car_agent.console.agent_line import AgentLine
from car_agent.console.talk import Look
from tests.hardware.actuators.pwm_tree import PwmTree
from tests.hardware.cameras.videos import darkness, record_video
from tests.timing_server.at_the_track.commands import venue
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.skipif(
    shutil.which("systemctl") is None, reason="this machine has no systemd"
)


class Supervisor:
    """What systemd does with the units that the installer wrote, without a systemd."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._image = folder / "image"
        (self._image / "etc").mkdir(parents=True)
        venue("install", "--car", "red", "--root", str(self._image))
        self._settings = self._image / "etc/paddock/paddock.toml"
        text = self._settings.read_text()
        for before, after in (("/var/lib/paddock/car", folder), ("/run/paddock", folder)):
            text = text.replace(before, str(after))
        video = record_video(folder / "v.avi", repeat(darkness(), 30))
        text = text.replace('"usb:0"', f'"file:{video}"')
        text = text.replace('actuators = "none"', 'actuators = "pwm"')
        tree = PwmTree(folder / "pwm")
        self._settings.write_text(f'{text}[car.wheels]\npwm_root = "{tree.root}"\n')
        self._heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.bind(str(folder / "notify"))
        self._heard.settimeout(PATIENCE_S)
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, part: str, *more: str) -> subprocess.Popen[str]:
        """Start a unit as it says itself; ``more`` keeps it on this machine."""
        text = (self._image / f"etc/systemd/system/paddock-{part}.service").read_text()
        argv = shlex.split(dict(_pairs(text))["ExecStart"])
        process = subprocess.Popen(
            [*argv, *more],
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ
            | {
                "PADDOCK_CONFIG": str(self._settings),
                "PADDOCK_CAR_ANNOUNCES": "false",
                "NOTIFY_SOCKET": str(self._folder / "notify"),
                "PYTHONPATH": str(Path(__file__).parents[2]),
            },
        )
        self._processes.append(process)
        return process

    def wait_for(self, wanted: str) -> None:
        """Read what the car says until it says that."""
        while self._heard.recv(1000).decode() != wanted:
            pass

    def close(self) -> None:
        """Leave nothing behind."""
        for process in reversed(self._processes):
            process.kill()
            process.communicate()
        self._heard.close()


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, is_pair, value = line.partition("=")
        if is_pair:
            yield key, value


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path)
    yield made
    made.close()


def listening(path: Path, guard: subprocess.Popen[str]) -> bool:
    while not path.exists():
        try:
            guard.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        return False
    return True


def test_a_car_comes_up_by_itself(supervisor: Supervisor, tmp_path: Path) -> None:
    """It should run without server, token or model, and after SIGKILL go on with the same guard."""
    guard = supervisor.start("guard")
    console = supervisor.start("console", "--host", "127.0.0.1", "--port", "0")
    assert listening(tmp_path / "guard.sock", guard)
    car = supervisor.start("car")
    supervisor.wait_for("READY=1")
    supervisor.wait_for("WATCHDOG=1")
    car.send_signal(signal.SIGKILL)
    car.wait(PATIENCE_S)
    again = supervisor.start("car")
    supervisor.wait_for("READY=1")
    supervisor.wait_for("WATCHDOG=1")
    line = AgentLine(tmp_path / "car.sock", patience_s=10.0)
    word = line.ask(Look())[0].word
    line.close()
    assert word is not None
    assert (word.car_id, word.is_paired, word.why_not) == ("red", False, "no model is loaded yet")
    assert word.has_pulses, "it can be calibrated, and wasn't yet"
    again.terminate()
    assert again.wait(PATIENCE_S) == 0
    assert guard.poll() is None
    assert console.stdout is not None
    assert "Car console: open http://127.0.0.1:" in console.stdout.readline()
