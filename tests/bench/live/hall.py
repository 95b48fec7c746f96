"""A hall full of screens before the real server, and how long a pass takes to the last of them."""

import json
import resource
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.timing_server.web.live_server import Node, Organiser

PATIENCE_S = 20.0
#: Passes come as fast as they are measured, and each shall count.
DEAD_TIME_S = 0.001


class Screens:
    """Clients that read raw events and note when the last of them has one whole event."""

    def __init__(self, port: int, path: str, count: int, more_head: str = "") -> None:
        self._selector = selectors.DefaultSelector()
        self._clients: dict[int, socket.socket] = {}
        self._rests: dict[int, bytes] = {}
        self.last_size = 0
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{more_head}\r\n".encode()
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(request)
            self._clients[client.fileno()] = client
            self._rests[client.fileno()] = b""
            self._selector.register(client, selectors.EVENT_READ)

    def wait_for(self, mark: bytes) -> int:
        """Return the monotonic nanoseconds at which the last client had an event with ``mark``."""
        waiting = set(self._rests)
        deadline_s = time.monotonic() + PATIENCE_S
        while waiting:
            if time.monotonic() > deadline_s:
                message = f"{len(waiting)} screens got no event"
                raise TimeoutError(message)
            for key, _ in self._selector.select(timeout=1.0):
                held = self._rests[key.fd] + self._clients[key.fd].recv(262_144)
                events, _, rest = held.rpartition(b"\n\n")
                if events and mark in events:
                    waiting.discard(key.fd)
                    self.last_size = len(events.rpartition(b"\n\n")[2]) + 2
                self._rests[key.fd] = rest if events else held
        return time.monotonic_ns()

    def close(self) -> None:
        """Hang up."""
        for client in self._clients.values():
            client.close()
        self._selector.close()


@contextmanager
def process(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a module of the bench in a process of its own."""
    running = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    try:
        yield running
    finally:
        running.terminate()
        running.communicate(timeout=PATIENCE_S)


def line_of(running: "subprocess.Popen[str]") -> str:
    """Return the next line that a process prints."""
    assert running.stdout is not None
    return running.stdout.readline().strip()


class Stamps:
    """Reads a process's stamps as they come, so that the newest is always at hand."""

    def __init__(self, running: "subprocess.Popen[str]") -> None:
        self._running = running
        self._read: list[int] = []
        threading.Thread(target=self._follow, daemon=True).start()

    def newest_ns(self) -> int:
        """Return the newest stamp; nothing is under way when this is asked."""
        time.sleep(0.002)
        return self._read[-1]

    def _follow(self) -> None:
        while line := line_of(self._running):
            self._read.append(int(line))


class RawPost:
    """A connection that sends a journal's batch and reads the answer only when asked to.

    An HTTP library in this process would take its time before the screens are looked at.
    """

    def __init__(self, port: int, node: Node) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._head = f"POST /api/v1{node.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in node.headers.items()
        )

    def send(self, body: bytes) -> None:
        """Send a batch."""
        head = f"{self._head}Content-Type: application/json\r\nContent-Length: {len(body)}"
        self._socket.sendall(head.encode() + b"\r\n\r\n" + body)

    def read_answer(self) -> None:
        """Read the acknowledgement."""
        held = b""
        while b"acked_seq" not in held or not held.endswith(b"}"):
            held += self._socket.recv(65_536)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class Hall:
    """The real server with a running heat before ``count`` screens; passes come over HTTP.

    Passes have the instants at which they are sent. ``buffer_bytes``: what the kernel holds for a
    screen that doesn't read, where it isn't to be the system's own.
    """

    def __init__(self, stack: ExitStack, folder: Path, count: int, buffer_bytes: int = 0) -> None:
        arguments = (str(folder), str(buffer_bytes))
        self.server = stack.enter_context(process("tests.bench.live.stamped_server", *arguments))
        self.port = int(line_of(self.server))
        self._stamps = Stamps(self.server)
        _wait_for_setup(folder)
        organiser = Organiser(f"http://127.0.0.1:{self.port}/api/v1", folder)
        stack.callback(organiser.close)
        plan = organiser.plan(window_s=3600, idle_limit_s=600, dead_time_s=DEAD_TIME_S)
        self.path = f"/api/v1/events/{plan['event_id']}/live"
        self.rss_bytes_before = self.rss_bytes()
        self.screens = Screens(self.port, self.path, count)
        stack.callback(self.screens.close)
        self.screens.wait_for(b"event: snapshot")
        self._node = Node(organiser)
        self._node.send(self._node.clock())
        organiser.start_next(plan)
        self._ahead_ns = self._node.now_mono_ns() - time.monotonic_ns()
        self._post = RawPost(self.port, self._node)
        stack.callback(self._post.close)

    def rss_bytes(self) -> int:
        """Return the memory that the server has in use."""
        pages = Path(f"/proc/{self.server.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    def take(self) -> float:
        """Send one pass; return the microseconds from its commit to the last screen."""
        mono_ns = time.monotonic_ns() + self._ahead_ns
        records = [self._node.passing(mono_ns)]
        body = {"journal_id": self._node.journal_id, "records": records}
        self._post.send(json.dumps(body).encode())
        arrived_ns = self.screens.wait_for(b"PassDetected")
        self._post.read_answer()
        return (arrived_ns - self._stamps.newest_ns()) / 1000


def _wait_for_setup(folder: Path) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not (folder / "setup-code").exists():
        assert time.monotonic() < deadline_s, "the server did not start"
        time.sleep(0.02)
