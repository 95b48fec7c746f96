"""A hall full of spectators: how soon the last has a pass, what each costs, how the server ends."""

import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from tests.bench.live.hall import Hall, Screens, line_of, process
from tests.bench.table import BenchRow, BenchTable
from tests.faults.siege import MortalServer
from tests.network.loopback import free_port
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until

CLIENT_COUNTS = (200, 1000)
REPETITIONS = 150
WARM_UP = 10
#: The laps of one heat whose events are compared in size.
EARLY_LAP, LATE_LAP = 10, 1000
STALLED_AMONG = 200
#: So little that a spectator who doesn't read holds everything up at once, were anything to wait.
BUFFER_BYTES = 4096
#: A stream over a web socket, as text frames.
_UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
)


class Bare:
    """``websockets.broadcast`` before as many clients."""

    def __init__(self, stack: ExitStack, count: int) -> None:
        self._server = stack.enter_context(process("tests.bench.live.bare_broadcast"))
        self._screens = Screens(int(line_of(self._server)), "/", count, _UPGRADE)
        stack.callback(self._screens.close)
        self._screens.wait_for(b"welcome")

    def take(self, size_bytes: int) -> float:
        """Send so many bytes; return the microseconds until the last client has them."""
        assert self._server.stdin is not None
        self._server.stdin.write(f"{size_bytes}\n")
        self._server.stdin.flush()
        arrived_ns = self._screens.wait_for(b"x")
        return (arrived_ns - int(line_of(self._server))) / 1000


def measure() -> BenchTable:
    """Measure the way to the last spectator, with one who doesn't read, and what each takes."""
    rows, facts = [], []
    for count in CLIENT_COUNTS:
        row, kib_each = _beside_a_bare_broadcast(count)
        rows.append(row)
        facts.append(("memory of the server for a spectator", f"{count}", f"{kib_each:.0f} KiB"))
    rows.append(_beside_one_that_stalls())
    early, late = _bytes_by_lap()
    facts += [
        (f"bytes of lap {EARLY_LAP} for a spectator", "1", f"{early:,}"),
        (f"bytes of lap {LATE_LAP} for a spectator", "1", f"{late:,} (**{late / early:.2f}×**)"),
        ("SIGTERM until the server has ended", "200", f"**{_seconds_to_end(200):.2f} s**"),
    ]
    told = ["| what | spectators | |", "|---|---|---|"]
    told += [f"| {what} | {count} | {figure} |" for what, count, figure in facts]
    return BenchTable("Spectators", tuple(rows), "\n".join(told))


def _beside_a_bare_broadcast(count: int) -> tuple[BenchRow, float]:
    """Return the comparison, and the KiB of memory that each of them costs."""
    bare_us, ours_us = [], []
    with ExitStack() as stack:
        hall = Hall(stack, _folder(stack), count)
        bare = Bare(stack, count)
        for repetition in range(REPETITIONS + WARM_UP):
            taken_us = hall.take()
            bare_taken_us = bare.take(hall.screens.last_size)
            if repetition >= WARM_UP:
                ours_us.append(taken_us)
                bare_us.append(bare_taken_us)
        kib_each = (hall.rss_bytes() - hall.rss_bytes_before) / count / 1024
    name = f"pass on disk → event at the last of {count:,} spectators"
    return BenchRow(name, "bare websockets.broadcast, same bytes", bare_us, ours_us), kib_each


def _beside_one_that_stalls() -> BenchRow:
    """Compare two halls, in one of which somebody follows the race and never reads."""
    without_us, with_us = [], []
    with ExitStack() as stack:
        calm = Hall(stack, _folder(stack), STALLED_AMONG, BUFFER_BYTES)
        held_up = Hall(stack, _folder(stack), STALLED_AMONG, BUFFER_BYTES)
        stack.callback(_stalled(held_up).close)
        for repetition in range(REPETITIONS + WARM_UP):
            taken_us = (calm.take(), held_up.take())
            if repetition >= WARM_UP:
                without_us.append(taken_us[0])
                with_us.append(taken_us[1])
    name = f"to the last of {STALLED_AMONG} spectators, beside one that doesn't read"
    return BenchRow(name, "nobody stalls", without_us, with_us)


def _stalled(hall: Hall) -> socket.socket:
    """Follow the race and read nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    client.connect(("127.0.0.1", hall.port))
    client.sendall(f"GET {hall.path} HTTP/1.1\r\nHost: 127.0.0.1:{hall.port}\r\n\r\n".encode())
    return client


def _bytes_by_lap() -> tuple[int, int]:
    """Return how many bytes a pass is to a spectator early and late in one heat; medians of 9."""
    sizes: list[int] = []
    with ExitStack() as stack:
        hall = Hall(stack, _folder(stack), 1)
        for _ in range(LATE_LAP + 5):
            hall.take()
            sizes.append(hall.screens.last_size)
    early, late = (int(np.median(sizes[lap - 4 : lap + 5])) for lap in (EARLY_LAP, LATE_LAP))
    return early, late


def _seconds_to_end(count: int) -> float:
    """Return how long the server takes to end while so many follow."""
    with ExitStack() as stack:
        folder = _folder(stack) / "server"
        folder.mkdir()
        server = MortalServer(folder, free_port())
        stack.callback(server.close)
        wait_until(server.is_answering, "the server")
        organiser = Organiser(server.url, folder)
        stack.callback(organiser.close)
        path = f"/api/v1{organiser.plan()['path']}/live"
        screens = Screens(server.port, path, count)
        stack.callback(screens.close)
        screens.wait_for(b"event: snapshot")
        return server.end()


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory()))
