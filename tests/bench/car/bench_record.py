"""The drive loop with its black box on and off, in turn, at the rate of a real camera."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
from structlog.testing import capture_logs

from car_agent.blackbox.assembly import RecordStarter
from car_agent.blackbox.figures import Counts
from car_agent.blackbox.recorder import Recorder
from car_agent.blackbox.settings import RecordSettings
from car_agent.blackbox.shelf import Shelf
from car_agent.blackbox.steps import OwnRun, Sources
from car_agent.models.load import load_model
from hardware.node.watch.machine import MachineReading
from tests.bench.car.bench_drive import SHALLOW, BenchCar, network
from tests.bench.table import BenchRow, BenchTable
from tests.car_agent.doubles import RELATED
from tests.hardware.actuators.pwm_tree import PwmTree

REPETITIONS = 300
WARM_UP = 30
RATE_HZ = 30

RUN = OwnRun("v1", "h1", "e1", is_shown=True)


def measure() -> BenchTable:
    """Measure the larger network on a camera's full frames, recorded at 320×240."""
    cv2.setNumThreads(1)
    rng = np.random.default_rng(1)
    track = rng.integers(0, 40, (480, 640, 3), dtype=np.uint8)
    track[200:] += 90
    with tempfile.TemporaryDirectory() as name, capture_logs(), ExitStack() as cars:
        folder = Path(name)
        path = network(folder / "shallow.onnx", SHALLOW, hidden=512)
        drives = []
        for is_recorded in (False, True):
            car = BenchCar(path, PwmTree(folder / f"pwm-{is_recorded}"))
            drives.append(cars.enter_context(car.running(is_threaded=True)))
            if is_recorded:
                recorder = _recorder(car, path, folder / "records")
                cars.callback(recorder.close)
                car.supervisor._record.witness = recorder
        took_us: tuple[list[float], list[float]] = ([], [])
        due_s = time.monotonic()
        for turn in range(WARM_UP + REPETITIONS):
            for drive, durations in zip(drives, took_us, strict=True):
                due_s += 1 / (2 * RATE_HZ)
                time.sleep(max(0.0, due_s - time.monotonic()))
                duration_us = drive(track)
                if turn >= WARM_UP:
                    durations.append(duration_us)
    row = BenchRow("shallow network, 640×480 colour", "without a record", *took_us)
    note = (
        "Frame to guard, two cars in one process in turn, 30 pictures a second each; one records "
        "every picture (320×240 JPEG), decision and arrival at the wheels."
    )
    return BenchTable("Driving with the black box on", (row,), note)


def _recorder(car: BenchCar, model: Path, folder: Path) -> Recorder:
    settings = RecordSettings(folder=folder, free_mb=0)
    loaded = load_model(model)
    shelf = Shelf(folder, settings.limit_mb, settings.free_mb)
    sources = Sources(
        guard=car.guard,
        own_run=lambda: RUN,
        leave=car.book.permission,
        counts=Counts,
        relation=lambda: RELATED,
        machine=MachineReading,
    )
    recorder = Recorder(sources, RecordStarter(settings, shelf, "red", lambda: loaded))
    recorder.start()
    return recorder
