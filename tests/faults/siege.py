"""A real server and a real timing node that die at random moments, with a bad network between."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.waiting import wait_until
from timing_server.launcher.processes import paddock_command

#: How long anything may take to come up on a busy machine.
PATIENCE_S = 300.0
PULSE_NS = 5_000_000


class MortalServer:
    """``paddock serve`` on one data folder and one port, however often it dies."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/api/v1"
        self.folder = folder
        self.kills = 0
        self._command = (
            *paddock_command(),
            *("serve", "--data", str(folder), "--host", "127.0.0.1", "--port", str(port)),
        )
        self._log = folder.parent / "server.log"
        self._process = self._spawn()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, stdout=log, stderr=log)

    def is_answering(self) -> bool:
        """Whether it serves right now; a server that gave up by itself fails the test."""
        code = self._process.poll()
        assert code is None, f"the server ended with {code}: {self._log.read_text()[-2000:]}"
        try:
            return httpx2.get(f"{self.url}/clock", timeout=2.0, trust_env=False).is_success
        except (OSError, httpx2.TransportError):
            return False

    def kill(self) -> None:
        """End it as a power cut would, and start it again."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.kills += 1
        self.start()

    def start(self) -> None:
        """Start it again."""
        self._process = self._spawn()

    def end(self) -> float:
        """Ask it to end; return how many seconds it took."""
        began_s = time.monotonic()
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        return time.monotonic() - began_s

    def close(self) -> None:
        """End it for good."""
        self._process.kill()
        self._process.wait()


@dataclass
class Seen:
    """What a beam saw: breaks of which the node said that they are on its disk, and the others.

    A node that dies between writing an edge and saying so leaves nobody who knows.
    """

    certain_ns: list[int] = field(default_factory=list)
    uncertain_ns: list[int] = field(default_factory=list)


class MortalNode:
    """A whole timing node with scripted pins, however often it dies."""

    def __init__(self, url: str, folder: Path, token: str) -> None:
        self.seen = Seen()
        self.kills = 0
        self._command = (
            *(sys.executable, "-m", "tests.hardware.node.scripted_node"),
            *(url, str(folder), token),
        )
        self._log = folder.parent / "node.log"
        self._process = self._spawn()

    def _spawn(self) -> "subprocess.Popen[str]":
        with self._log.open("ab") as log:
            made = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert made.stdout is not None
        assert made.stdout.readline().strip() == "ready", self._log.read_text()[-2000:]
        return made

    def say(self, line: str) -> None:
        """Tell the pins something, without waiting for what becomes of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def break_beam(self) -> None:
        """Let a car's nose break the beam now."""
        at_ns = time.monotonic_ns()
        self.seen.uncertain_ns.append(at_ns)
        self.say(f"B {at_ns}")
        self.say(f"C {at_ns + PULSE_NS}")

    def hear(self) -> None:
        """Read what the node says it has on its disk, until it has said all or died."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            at_ns = int(line)
            if at_ns in self.seen.uncertain_ns:
                self.seen.uncertain_ns.remove(at_ns)
                self.seen.certain_ns.append(at_ns)
            elif at_ns - PULSE_NS == self.seen.certain_ns[-1]:
                return

    def kill(self) -> None:
        """End it as a power cut would, hear its last words, and start it again."""
        self._process.send_signal(signal.SIGKILL)
        self.hear()
        self.close()
        self.kills += 1
        self._process = self._spawn()

    def close(self) -> None:
        """End it for good."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()


@contextmanager
def besieged(server: MortalServer, kills: int, chance: random.Random) -> Iterator[threading.Event]:
    """Kill the server at random moments beside whatever else goes on, ``kills`` times.

    Yields an event that is set when all of them are done, or when the server
    wouldn't come up. Now and then it dies while it is still starting, too.
    """
    done, giving_up = threading.Event(), threading.Event()

    def run() -> None:
        try:
            while server.kills < kills and not giving_up.is_set():
                if chance.random() < 0.8:
                    wait_until(server.is_answering, "the server to answer again")
                giving_up.wait(chance.uniform(0.0, 1.0))
                server.kill()
        finally:
            done.set()

    thread = threading.Thread(target=run, name="siege", daemon=True)
    thread.start()
    try:
        yield done
    finally:
        giving_up.set()
        thread.join(PATIENCE_S)
