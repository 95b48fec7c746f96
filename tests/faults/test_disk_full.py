"""A real node on a small disk that is full for a while: timing goes on, and nothing is lost."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hardware.node.fake_server import TOKEN, JournalServer

pytestmark = pytest.mark.faults

_SMALL_DISK = "mount -t tmpfs -o size=1m tmpfs {folder} && exec {command}"
_APART_NS = 1_000_000_000


def has_namespaces() -> bool:
    """Whether this machine lets a test mount a disk of its own."""
    try:
        done = subprocess.run(
            ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"],
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


class NodeOnSmallDisk:
    """A scripted node whose folder is a tmpfs of 1 MiB that only its own process sees."""

    def __init__(self, url: str, folder: Path) -> None:
        folder.mkdir()
        command = f"{sys.executable} -m tests.hardware.node.scripted_node {url} {folder} {TOKEN}"
        self.process = subprocess.Popen(
            ["unshare", "-Urm", "sh", "-c", _SMALL_DISK.format(folder=folder, command=command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        assert self.read() == "ready"
        # The way into another process's mounts.
        self.folder = Path(f"/proc/{self.process.pid}/root{folder}")

    def read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def drive(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.read()

    def pass_at(self, mono_ns: int) -> None:
        self.drive(f"B {mono_ns}")
        self.drive(f"C {mono_ns + 2_000_000}")

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 512):
                    pass
            except OSError:
                return

    def make_room(self) -> None:
        (self.folder / "filler").unlink()


@pytest.fixture
def server() -> Iterator[JournalServer]:
    made = JournalServer()
    yield made
    made.close()


@pytest.mark.skipif(not has_namespaces(), reason="this machine lets no test mount a disk")
def test_full_disk(server: JournalServer, tmp_path: Path) -> None:
    """It should keep passes in memory under a red alarm, and bring them all in the end."""
    node = NodeOnSmallDisk(server.url, tmp_path / "disk")
    try:
        from_ns = time.monotonic_ns() - 20 * _APART_NS
        instants = [from_ns + n * _APART_NS for n in range(6)]
        for mono_ns in instants[:2]:
            node.pass_at(mono_ns)
        server.wait_until(lambda: len(server.of_kind("pass")) == 2)
        node.fill()
        # The write-ahead log has a little room left in its file; it is soon used up.
        for mono_ns in instants[2:5]:
            node.pass_at(mono_ns)
        server.wait_until(lambda: any("journal_disk" in h["states"] for h in server.healths), 60)
        told = next(h for h in server.healths if "journal_disk" in h["states"])
        assert told["memory_records"] > 0
        assert "goes on in memory" in told["sentences"]["journal_disk"]
        node.make_room()
        node.pass_at(instants[5])
        server.wait_until(lambda: len(server.of_kind("pass")) == 6, 60)
        assert [found["mono_ns"] for found in server.of_kind("pass")] == instants
        server.wait_until(lambda: "journal_disk" not in server.healths[-1]["states"], 60)
    finally:
        node.process.kill()
        node.process.communicate(timeout=30)
