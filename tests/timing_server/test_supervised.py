"""The server as its unit starts it: told when it is up, alive and ending; killed, it comes back."""

import json
import os
import shlex
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.timing_server.at_the_track.commands import venue
from tests.timing_server.web.live_server import Node, Organiser
from tests.waiting import PATIENCE_S


class Supervisor:
    """What systemd does with the unit that the installer wrote, without a systemd."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._socket = folder / "notify"
        unit = self._install(folder / "image")
        self._argv = shlex.split(unit["ExecStart"])
        self._environment = {**os.environ, "NOTIFY_SOCKET": str(self._socket)} | {
            "PADDOCK_CONFIG": str(folder / "image/etc/paddock/paddock.toml")
        }
        self._heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.bind(str(self._socket))
        self._heard.settimeout(PATIENCE_S)
        self._process: subprocess.Popen[bytes] | None = None

    def _install(self, image: Path) -> dict[str, str]:
        settings = image / "etc/paddock/paddock.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text('[server]\nhost = "127.0.0.1"\nport = 0\n')
        venue("install", "--data", str(self.data), "--root", str(image))
        text = (image / "etc/systemd/system/paddock-server.service").read_text()
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)

    def start(self) -> Organiser:
        """Start the unit, wait until it says that it is up, and sign in."""
        self._process = subprocess.Popen(
            self._argv, stdout=subprocess.DEVNULL, env=self._environment
        )
        self.wait_for("READY=1")
        folder = self.data / "server"
        url = json.loads((folder / "server.json").read_text())["url"]
        return Organiser(f"{url}/api/v1", folder)

    def wait_for(self, wanted: str) -> None:
        """Read what the server says until it says that."""
        while self._heard.recv(1000).decode() != wanted:
            pass

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(PATIENCE_S)

    def close(self) -> None:
        """Leave nothing behind."""
        if self._process is not None and self._process.poll() is None:
            self.end(signal.SIGKILL)
        self._heard.close()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path)
    yield made
    made.close()


def test_it_says_how_it_is(supervisor: Supervisor) -> None:
    """It should say that it is up, then that it is alive, and when told to end that it ends."""
    supervisor.start().close()
    supervisor.wait_for("WATCHDOG=1")
    assert supervisor.end(signal.SIGTERM) == 0
    supervisor.wait_for("STOPPING=1")


def test_killed_in_mid_heat_it_comes_back(supervisor: Supervisor) -> None:
    """It should be up again with the same race, as after Restart=always or a watchdog's SIGKILL."""
    organiser = supervisor.start()
    plan = organiser.plan(dead_time_s=0)
    node = Node(organiser)
    organiser.start_next(plan)
    start = node.now_mono_ns()
    node.send(node.clock(), *(node.passing(start + n) for n in range(5)))
    before = organiser.get(f"{plan['path']}/view")["view"]
    organiser.close()
    assert supervisor.end(signal.SIGKILL) == -signal.SIGKILL
    organiser = supervisor.start()
    after = organiser.get(f"{plan['path']}/view")["view"]
    assert after["heat"]["laps"] == before["heat"]["laps"] != {}
    assert after["heat"]["phase"] == "running"
    organiser.close()
