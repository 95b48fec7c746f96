"""From a pass on the disk to the event at a screen, against a bare stream of the same bytes."""

import json
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.table import BenchRow, BenchTable
from tests.timing_server.web.live_server import Node, Organiser

CLIENT_COUNTS = (1, 200)
REPETITIONS = 150
#: Passes this far apart on the node's clock all count as laps.
APART_NS = 3_000_000_000
PATIENCE_S = 20.0
WARM_UP = 10
LAPS_IN_A_HEAT = 40


class Screens:
    """Clients that read raw events and note when the last of them has one whole event."""

    def __init__(self, port: int, path: str, count: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._clients: dict[int, socket.socket] = {}
        self._rests: dict[int, bytes] = {}
        self.last_size = 0
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
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


class Ours:
    """The real server with a running heat; each pass comes over HTTP as a node sends it."""

    def __init__(self, stack: ExitStack, folder: Path, count: int) -> None:
        self._server = stack.enter_context(process("tests.bench.stamped_server", str(folder)))
        port = int(line_of(self._server))
        self._stamps = Stamps(self._server)
        url = f"http://127.0.0.1:{port}/api/v1"
        _wait_for_setup(folder)
        organiser = Organiser(url, folder)
        stack.callback(organiser.close)
        plan = organiser.plan(drivers=REPETITIONS // LAPS_IN_A_HEAT + 2, window_s=3600)
        self._organiser, self._plan = organiser, plan
        self._node = Node(organiser)
        self._laps = LAPS_IN_A_HEAT
        self._mono_ns = 0
        self.screens = Screens(port, f"/api/v1/events/{plan['event_id']}/live", count)
        stack.callback(self.screens.close)
        self.screens.wait_for(b"event: snapshot")
        self._node.send(self._node.clock())
        self._post = RawPost(port, self._node)
        stack.callback(self._post.close)

    def take(self) -> float:
        """Send one pass; return the microseconds from its commit to the last screen."""
        if self._laps >= LAPS_IN_A_HEAT:
            self._organiser.stop_running_heat()
            self._organiser.start_next(self._plan)
            self._mono_ns = self._node.now_mono_ns()
            self._laps = 0
        self._laps += 1
        self._mono_ns += APART_NS
        body = {
            "journal_id": self._node.journal_id,
            "records": [self._node.passing(self._mono_ns)],
        }
        self._post.send(json.dumps(body).encode())
        arrived_ns = self.screens.wait_for(b"PassDetected")
        self._post.read_answer()
        return (arrived_ns - self._stamps.newest_ns()) / 1000


def _wait_for_setup(folder: Path) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not (folder / "setup-code").exists():
        assert time.monotonic() < deadline_s, "the server did not start"
        time.sleep(0.02)


def measure() -> BenchTable:
    """Measure with one screen and with a hall full of them, in turn with the bare stream."""
    rows = []
    for count in CLIENT_COUNTS:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ours = Ours(stack, folder, count)
            bare = stack.enter_context(process("tests.bench.bare_feed"))
            bare_screens = Screens(int(line_of(bare)), "/", count)
            stack.callback(bare_screens.close)
            bare_us, ours_us = [], []
            for repetition in range(REPETITIONS + WARM_UP):
                taken_us = ours.take()
                assert bare.stdin is not None
                bare.stdin.write(f"{ours.screens.last_size}\n")
                bare.stdin.flush()
                arrived_ns = bare_screens.wait_for(b"x")
                began_ns = int(line_of(bare))
                if repetition >= WARM_UP:
                    ours_us.append(taken_us)
                    bare_us.append((arrived_ns - began_ns) / 1000)
            name = f"pass on disk → event at the last of {count} screens"
            rows.append(BenchRow(name, "bare event stream, same bytes", bare_us, ours_us))
    return BenchTable("Pass to screen", tuple(rows))
