"""What systemd hears of the node."""

import socket
import threading
from pathlib import Path

import pytest

from hardware.node.watch.watchdog import VITAL_THREADS, beat


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(5.0)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return heard


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
