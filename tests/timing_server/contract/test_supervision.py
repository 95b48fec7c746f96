"""What reaches systemd, and what doesn't matter where there is none."""

import os
import socket
from pathlib import Path

import pytest

from timing_server.contract.supervision import notify


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
