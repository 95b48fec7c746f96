"""How evenly the drive loop beats, and what a decision costs at 30 Hz, beside bare loops."""

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from structlog.testing import capture_logs

from car_agent.driving.frames import CameraFeed, NewestFrame
from car_agent.driving.pace import Pace
from hardware.cameras.frames import Frame
from tests.bench.car.bench_drive import SHALLOW, BenchCar, network, session_of
from tests.bench.table import BenchRow, BenchTable
from tests.hardware.actuators.pwm_tree import PwmTree

#: Wanted rates, and the camera's, of which some pictures are left out.
RATES_HZ = (15.0, 30.0, 60.0)
CAMERA_HZ = 120.0
SPAN_S = 6.0
CPU_RATE_HZ = 30.0
CPU_SPAN_S = 3.0
ROUNDS = 3

_NS = 1_000_000_000


def measure() -> BenchTable:
    """Measure rates, then what each decision costs in processor time, bare and whole in turn."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder, capture_logs():
        rates = "\n".join(
            [
                "| wanted | ours, of a camera at 120 Hz | a loop that sleeps what is left |",
                "|---|---|---|",
                *(_rate_line(rate_hz) for rate_hz in RATES_HZ),
            ]
        )
        row = _cost(network(Path(folder) / "shallow.onnx", SHALLOW, hidden=512))
    return BenchTable("The loop's pace, and its processor time", (row,), rates)


class BeatingCamera:
    """A camera that takes pictures at absolute instants, by a thread's sleep."""

    description = "beating"

    def __init__(self, rate_hz: float) -> None:
        self._pixels = np.zeros((120, 160), dtype=np.uint8)
        self._instants = instants(rate_hz)
        self._seq = 0

    def read(self, _timeout_s: float) -> Frame | None:
        """Wait for the next picture."""
        due_ns = next(self._instants)
        _sleep_until(due_ns)
        self._seq += 1
        return Frame(self._pixels, due_ns, self._seq)

    def close(self) -> None:
        """Nothing is held."""


def instants(rate_hz: float) -> Iterator[int]:
    """Yield the beat's instants (mono_ns), from now on."""
    begun_ns, beats = time.monotonic_ns(), 0
    while True:
        beats += 1
        yield begun_ns + round(beats * _NS / rate_hz)


def _sleep_until(due_ns: int) -> None:
    time.sleep(max(0, due_ns - time.monotonic_ns()) / _NS)


def _rate_line(rate_hz: float) -> str:
    ours, bare = _own_rate_hz(rate_hz), _sleeping_rate_hz(rate_hz)
    return f"| {rate_hz:g} Hz | **{ours / rate_hz:.4f}** | {bare / rate_hz:.4f} |"


def _own_rate_hz(rate_hz: float) -> float:
    """Return the rate of the pictures that reach the drive loop, first to last."""
    slot = NewestFrame()
    feed = CameraFeed(lambda: BeatingCamera(CAMERA_HZ), slot, Pace(rate_hz))
    feed.start()
    taken: list[int] = []
    ends_ns = time.monotonic_ns() + int(SPAN_S * _NS)
    while time.monotonic_ns() < ends_ns:
        frame = slot.take(1.0)
        if frame is not None:
            taken.append(frame.capture_mono_ns)
    feed.close()
    return (len(taken) - 1) * _NS / (taken[-1] - taken[0])


def _sleeping_rate_hz(rate_hz: float) -> float:
    """Return the rate of a loop that sleeps for what its work left of each period."""
    turns, begun_ns = 0, time.monotonic_ns()
    while (now_ns := time.monotonic_ns()) - begun_ns < SPAN_S * _NS:
        turns += 1
        time.sleep(max(0.0, 1 / rate_hz - (time.monotonic_ns() - now_ns) / _NS))
    return turns * _NS / (time.monotonic_ns() - begun_ns)


def _cost(path: Path) -> BenchRow:
    """Compare processor time for each decision, ours with the camera's thread and the guard's."""
    session = session_of(path)
    feed = {"frame": np.zeros((1, 120, 160, 1), dtype=np.float32)}
    car = BenchCar(path, PwmTree(Path(tempfile.mkdtemp(dir=path.parent)) / "pwm"))
    bare_us: list[float] = []
    ours_us: list[float] = []
    car.guard.start()
    for _ in range(ROUNDS):
        bare_us.append(_cpu_us(lambda: session.run(["answer"], feed)))
        ours_us.append(_whole_cpu_us(car))
    car.guard.close()
    share = median(ours_us) / 1e6 * CPU_RATE_HZ
    bare_share = median(bare_us) / 1e6 * CPU_RATE_HZ
    name = f"processor time of a decision at 30 Hz ({share:.1%} of a core)"
    return BenchRow(name, f"sleep and bare session.run ({bare_share:.1%})", bare_us, ours_us)


def _cpu_us(work: object) -> float:
    assert callable(work)
    begun_ns = time.process_time_ns()
    turns = int(CPU_SPAN_S * CPU_RATE_HZ)
    for _, due_ns in zip(range(turns), instants(CPU_RATE_HZ), strict=False):
        _sleep_until(due_ns)
        work()
    return (time.process_time_ns() - begun_ns) / turns / 1000


def _whole_cpu_us(car: BenchCar) -> float:
    stop = threading.Event()
    commands = car.guard.commands
    car.let_off()
    feed = CameraFeed(lambda: BeatingCamera(CPU_RATE_HZ), car.slot, Pace(CPU_RATE_HZ))
    thread = threading.Thread(target=car.supervisor.run, args=(stop.is_set,))
    begun_ns = time.process_time_ns()
    thread.start()
    feed.start()
    time.sleep(CPU_SPAN_S)
    stop.set()
    thread.join()
    feed.close()
    spent_ns = time.process_time_ns() - begun_ns
    decisions = car.guard.commands - commands
    if decisions < CPU_SPAN_S * CPU_RATE_HZ / 2:
        message = f"The car decided {decisions} times where it should have been driving."
        raise RuntimeError(message)
    return spent_ns / decisions / 1000
