"""What a lap loses by where its edge is stamped: in a callback, by a poll, or by the kernel.

A process of its own plays the kernel: it changes a level at an instant that it stamps, and hands
the stamp over with the edge, as the kernel's edge event does. Three listeners time the same laps:

- a Python thread that wakes up and reads the clock, as event loops over GPIO do;
- a loop that reads the level every 10 ms;
- this project's way, a gpiozero pin that carries the stamp, through ``GatePins`` and detection.

Each figure is by how much a lap comes out wrong, in microseconds. Ours is an integer difference of
the kernel's own stamps; the figure is computed all the same.
"""

import mmap
import os
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise

from hardware.gates.edges import Edge
from hardware.gates.pins import GatePins
from hardware.node.detector import PassDetector
from hardware.recordings.replay import ReplaySource
from tests.bench.table import BenchRow, BenchTable

#: Laps of the bench; real ones are longer, which changes nothing in how wrong their ends are.
LAPS = 150
LAP_S = 0.061
PULSE_S = 0.004
POLL_S = 0.010
BUSY_THREADS = (0, 2)
_EDGE = struct.Struct("=qB")

_KERNEL = """
import mmap, os, struct, sys, time
level = mmap.mmap(int(sys.argv[1]), 1)
laps, lap_s, pulse_s = int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
for lap in range(laps):
    # One after the other, never to catch up: pulses that crowd together are one pass.
    for value, pause_s in ((1, pulse_s), (0, lap_s - pulse_s)):
        mono_ns = time.monotonic_ns()
        level[0] = value
        os.write(1, struct.pack("=qB", mono_ns, value))
        time.sleep(pause_s)
"""


class Listeners:
    """Hears the edges of a kernel process in three ways at once."""

    def __init__(self) -> None:
        self.kernel_ns: list[int] = []
        self.callback_ns: list[int] = []
        self.polled_ns: list[int] = []
        self.edges: list[Edge] = []

    def listen(self) -> None:
        """Run the kernel process to its end."""
        is_over = threading.Event()
        with tempfile.TemporaryFile() as file:
            file.truncate(1)
            with closing(mmap.mmap(file.fileno(), 1)) as level:
                command = (sys.executable, "-c", _KERNEL, str(file.fileno()))
                kernel = subprocess.Popen(
                    [*command, str(LAPS), str(LAP_S), str(PULSE_S)],
                    stdout=subprocess.PIPE,
                    pass_fds=(file.fileno(),),
                )
                poller = threading.Thread(target=self._poll, args=(level, is_over))
                poller.start()
                assert kernel.stdout is not None
                self._call_back(kernel.stdout.fileno())
                kernel.wait()
                kernel.stdout.close()
                is_over.set()
                poller.join()

    def _call_back(self, descriptor: int) -> None:
        while content := os.read(descriptor, _EDGE.size):
            now_ns = time.monotonic_ns()
            mono_ns, value = _EDGE.unpack(content)
            self.edges.append(Edge("finish", "beam", mono_ns, 1 if value else 0))
            if value:
                self.kernel_ns.append(mono_ns)
                self.callback_ns.append(now_ns)

    def _poll(self, level: mmap.mmap, is_over: threading.Event) -> None:
        was = 0
        while not is_over.wait(POLL_S):
            now = level[0]
            if now and not was:
                self.polled_ns.append(time.monotonic_ns())
            was = now


def measure() -> BenchTable:
    """Measure on an idle machine, and beside two busy threads of the same process."""
    rows: list[BenchRow] = []
    for threads in BUSY_THREADS:
        heard = Listeners()
        with _busy(threads):
            heard.listen()
            ours_us = _lap_errors_us(heard.kernel_ns, _through_pins(heard.edges))
        load = f"beside {threads} busy threads" if threads else "on an idle machine"
        rows.append(
            BenchRow(
                f"error of a lap, kernel's stamp, {load}",
                "stamped in a callback",
                _lap_errors_us(heard.kernel_ns, heard.callback_ns),
                ours_us,
            )
        )
        seen = _nearest(heard.kernel_ns, heard.polled_ns)
        rows.append(
            BenchRow(
                f"the same; of {LAPS} pulses the poll missed {LAPS - len(seen)}",
                "polled every 10 ms",
                _lap_errors_us(list(seen), list(seen.values())),
                ours_us,
            )
        )
    return BenchTable("Where an edge is stamped", tuple(rows))


def _through_pins(edges: Sequence[Edge]) -> list[int]:
    """Return the passes' times as gpiozero pins, GatePins and detection make them, unshifted."""
    heard: list[Edge] = []
    source = ReplaySource(edges)
    # Listened to, but not started: the pins are driven here, as fast as they go.
    pins = [GatePins(_Unstarted(source), source.pins.wirings, heard.append)]
    for edge in edges:
        source.pins.drive(edge, edge.mono_ns)
    pins[0].close()
    detector = PassDetector(merge_ns=20_000_000, hold_ns=10_000_000)  # these laps are short
    passes = [found.mono_ns for edge in heard for found in detector.feed(edge)]
    return passes + [found.mono_ns for found in detector.flush()]


class _Unstarted:
    """A replay's pins, without its clock."""

    name = "mock (bench)"
    is_waiting_for_disk = False

    def __init__(self, source: ReplaySource) -> None:
        self.pin, self.factory = source.pin, source.pins.factory

    def start(self) -> None:
        """The bench drives the pins itself."""

    def stop(self) -> None:
        """Nothing runs."""

    def close(self) -> None:
        """Nothing is held."""


def _lap_errors_us(true_ns: Sequence[int], found_ns: Sequence[int]) -> list[float]:
    true_laps = [later - earlier for earlier, later in pairwise(true_ns)]
    found_laps = [later - earlier for earlier, later in pairwise(found_ns)]
    return [abs(a - b) / 1000 for a, b in zip(true_laps, found_laps, strict=True)]


def _nearest(kernel_ns: Sequence[int], polled_ns: Sequence[int]) -> dict[int, int]:
    """Return, by true instant, what the poll took for it: the last edge before the poll."""
    found: dict[int, int] = {}
    for each in polled_ns:
        before = [mono_ns for mono_ns in kernel_ns if mono_ns <= each]
        if before:
            found.setdefault(before[-1], each)
    return found


@contextmanager
def _busy(threads: int) -> Iterator[None]:
    is_over = threading.Event()

    def burn() -> None:
        while not is_over.is_set():
            sum(range(1000))

    burning = [threading.Thread(target=burn, daemon=True) for _ in range(threads)]
    for thread in burning:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in burning:
            thread.join()
