"""What systemd hears of the node, and the unit that starts it."""

import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from hardware.node.watch.watchdog import VITAL_THREADS, beat, notify

UNIT = Path(__file__).parents[4] / "hardware" / "node" / "systemd" / "paddock-node.service"


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(5.0)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return heard


def test_tells_what_is_so(supervisor: socket.socket) -> None:
    """It should reach the socket that systemd names."""
    with supervisor:
        assert notify("READY=1")
        assert supervisor.recv(100) == b"READY=1"


def test_an_abstract_socket() -> None:
    """It should reach a socket without a file, too."""
    name = f"paddock-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name)
        heard.settimeout(5.0)
        assert notify("STOPPING=1", {"NOTIFY_SOCKET": "@" + name})
        assert heard.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize("path", ["", "relative", "/nowhere/at/all", "@nobody-listens-here"])
def test_nobody_supervises(path: str) -> None:
    """It should run as well where there is no systemd."""
    assert not notify("READY=1", {"NOTIFY_SOCKET": path})


def test_feeds_only_while_the_vital_threads_live(supervisor: socket.socket) -> None:
    """It should let the watchdog bite where half a node would look like a whole one."""
    is_over = threading.Event()
    threads = [threading.Thread(target=is_over.wait, name=name) for name in VITAL_THREADS]
    with supervisor:
        beat()
        for thread in threads:
            thread.start()
        beat()
        is_over.set()
        assert supervisor.recv(100) == b"WATCHDOG=1"
        supervisor.setblocking(False)
        with pytest.raises(BlockingIOError):
            supervisor.recv(100)
        for thread in threads:
            thread.join()


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    """It should be free of unknown settings; the program itself need not be installed here."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("this machine has no systemd-analyze")
    text = UNIT.read_text(encoding="utf-8")
    program = shutil.which("true")
    assert "Type=notify" in text
    assert "WatchdogSec=30" in text
    assert "LG_WD=" in text
    runnable = text.replace("/opt/paddock/.venv/bin/paddock", str(program)).replace(
        "User=paddock\nSupplementaryGroups=gpio\n", ""
    )
    unit = tmp_path / UNIT.name
    unit.write_text(runnable, encoding="utf-8")
    done = subprocess.run(
        [tool, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert "Unknown" not in done.stderr, done.stderr
    assert "paddock-node.service" not in done.stderr, done.stderr
