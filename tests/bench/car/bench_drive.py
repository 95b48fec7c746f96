"""Frame to command: the whole drive loop against the bare model runtime, in one run, in turn."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from structlog.testing import capture_logs

from car_agent.driving.frames import NewestFrame
from car_agent.driving.policy import ThrottleMap, make_policy
from car_agent.driving.preprocess import Preprocessor, Tensor
from car_agent.driving.supervisor import FRAME_WAIT_S, DriveLimits, Pilot, Supervisor
from car_agent.models.load import load_model, session_options
from car_agent.telemetry import DriveRecord
from hardware.actuators.command import Command
from hardware.cameras.frames import Frame, Pixels
from hardware.guard.client import GuardClient
from hardware.guard.handle import CarriedOut
from hardware.guard.settings import GuardRequest
from tests.bench.table import BenchRow, BenchTable
from tests.car_agent.doubles import let_off, order_book, related_now, renewal_of
from tests.car_agent.onnx_models import IR_VERSION, OPSET, THREE_ACTIONS, card, save
from tests.hardware.actuators.pwm_tree import PwmTree
from timing_server.contract.machines.devices import HeatOrder, RunOrder

REPETITIONS = 1500
WARM_UP = 100
PATIENCE_S = 10.0

#: Out channels, kernel, stride: the convolutions of DeepRacer's shallow network, and of a small
#: one such as cloning makes.
SHALLOW = ((32, 8, 4), (64, 4, 2), (64, 3, 1))
SMALL = ((8, 5, 4), (16, 3, 2), (24, 3, 2))

Bare = Callable[[Pixels], object]


def measure() -> BenchTable:
    """Measure both networks on native grey frames, and the larger one on a camera's full frames."""
    rng = np.random.default_rng(1)
    native = rng.integers(0, 256, (120, 160), dtype=np.uint8)
    camera = rng.integers(0, 256, (480, 640, 3), dtype=np.uint8)
    cv2.setNumThreads(1)
    # The loop's log lines would stand between the tables.
    with tempfile.TemporaryDirectory() as folder, capture_logs():
        shallow = network(Path(folder) / "shallow.onnx", SHALLOW, hidden=512)
        small = network(Path(folder) / "small.onnx", SMALL, hidden=64)
        rows = (
            *_compare("shallow network, 160×120 grey", shallow, native),
            *_compare("small network, 160×120 grey", small, native),
            *_compare("shallow network, 640×480 colour", shallow, camera),
        )
    return BenchTable("Frame to command", rows)


#: Often enough for a lease of a minute, whatever the rate; never while a frame is under way.
RENEW_EVERY_FRAMES = 100


class _TimedGuard(GuardClient):
    """The real guard process, and when each command had been handed to it."""

    def __init__(self, request: GuardRequest) -> None:
        super().__init__(request)
        self.is_handed = threading.Event()
        self.handed_ns = 0
        self.commands = 0

    def submit(self, command: Command) -> bool:
        is_taken = super().submit(command)
        self.handed_ns = time.monotonic_ns()
        self.commands += 1
        self.is_handed.set()
        return is_taken


class BenchCar:
    """A car as ``paddock car`` joins it, but for the camera, which the measurement is.

    Its guard is a process of its own that writes pulses into files like the kernel's.
    """

    def __init__(self, path: Path, pwm: PwmTree) -> None:
        model = load_model(path)
        self.slot = NewestFrame()
        request = GuardRequest(car_id="red", actuators="pwm", wheels=pwm.settings())
        self.guard = _TimedGuard(request)
        self.book = order_book(self.guard, model.sha256, related_now)
        policy = make_policy(model.card.output, ThrottleMap("linear", 4.0))
        pilot = Pilot(Preprocessor(model.card), model, policy)
        limits = DriveLimits(command_ttl_ns=10**10, camera_patience_ns=10**10)
        self.supervisor = Supervisor(
            self.slot, pilot, self.guard, self.book, DriveRecord(model.sha256), limits
        )
        self.carried: list[CarriedOut] = []
        self._seq = 0
        self._order = HeatOrder(phase="idle")

    def frame(self, pixels: Pixels) -> Frame:
        """Return the next frame, taken now."""
        self._seq += 1
        if self._seq % RENEW_EVERY_FRAMES == 0:
            now_ns = time.monotonic_ns()
            self.book.note_renewal(renewal_of(self._order, now_ns), now_ns)
        return Frame(pixels, time.monotonic_ns(), self._seq)

    def let_off(self) -> None:
        """Give the car leave to drive, for a minute."""
        run = RunOrder(entry_id="e1", car_id="red", is_go=True, lease_id="bench")
        self._order = HeatOrder(phase="running", runs=(run,), contact_limit_ms=60_000)
        let_off(self.book, self._order, time.monotonic_ns())

    @contextmanager
    def running(self, *, is_threaded: bool) -> Iterator[Callable[[Pixels], float]]:
        """Give a function that lets a frame in and returns the µs until the guard was told."""
        self.guard.start()
        self.let_off()
        stop = threading.Event()
        thread = threading.Thread(target=self.supervisor.run, args=(stop.is_set,))
        if is_threaded:
            thread.start()
        try:
            yield self._through_threads if is_threaded else self._in_one_step
        finally:
            stop.set()
            if is_threaded:
                thread.join()
            self.carried = self.guard.take_carried()
            self.guard.close()

    def _in_one_step(self, pixels: Pixels) -> float:
        frame = self.frame(pixels)
        self.slot.put(frame)
        self.supervisor.step(FRAME_WAIT_S)
        return (self.guard.handed_ns - frame.capture_mono_ns) / 1000

    def _through_threads(self, pixels: Pixels) -> float:
        self.guard.is_handed.clear()
        frame = self.frame(pixels)
        self.slot.put(frame)
        if not self.guard.is_handed.wait(PATIENCE_S):
            raise TimeoutError("The guard was never given a command.")
        return (self.guard.handed_ns - frame.capture_mono_ns) / 1000


def _compare(name: str, path: Path, pixels: Pixels) -> tuple[BenchRow, BenchRow, BenchRow]:
    """Return a network's rows: to the guard in one step and between threads, and to the pulses."""
    baseline = "bare session.run" if pixels.ndim == 2 else "bare grey + INTER_AREA + session.run"
    base_us, one_step_us, _ = _measure(path, pixels, is_threaded=False)
    threaded_base_us, threaded_us, wheels_us = _measure(path, pixels, is_threaded=True)
    return (
        BenchRow(name, baseline, base_us, one_step_us),
        BenchRow("likewise, through the camera's thread", baseline, threaded_base_us, threaded_us),
        BenchRow("likewise, to the guard's pulses", baseline, threaded_base_us, wheels_us),
    )


def _measure(
    path: Path, pixels: Pixels, *, is_threaded: bool
) -> tuple[list[float], list[float], list[float]]:
    """Take bare and whole durations in turn, so that what slows the machine down slows both."""
    bare = _bare_native(path, pixels) if pixels.ndim == 2 else _bare_resizing(path)
    baseline_us: list[float] = []
    ours_us: list[float] = []
    car = BenchCar(path, PwmTree(Path(tempfile.mkdtemp(dir=path.parent)) / "pwm"))
    with car.running(is_threaded=is_threaded) as drive:
        for turn in range(WARM_UP + REPETITIONS):
            started_ns = time.perf_counter_ns()
            bare(pixels)
            bare_us = (time.perf_counter_ns() - started_ns) / 1000
            drive_us = drive(pixels)
            if turn >= WARM_UP:
                baseline_us.append(bare_us)
                ours_us.append(drive_us)
    wheels_us = [(each.done_mono_ns - each.capture_mono_ns) / 1000 for each in car.carried]
    return baseline_us, ours_us, wheels_us[WARM_UP:]


def _bare_native(path: Path, pixels: Pixels) -> Bare:
    """Return bare ``session.run`` on an input that was made beforehand."""
    session = session_of(path)
    feed = {"frame": pixels.astype(np.float32).reshape(1, 120, 160, 1)}
    return lambda _pixels: session.run(["answer"], feed)


def _bare_resizing(path: Path) -> Bare:
    """Return the least code that turns a camera's frame into an answer."""
    session = session_of(path)

    def run(pixels: Pixels) -> object:
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        small = cv2.resize(grey, (160, 120), interpolation=cv2.INTER_AREA)
        tensor: Tensor = small.astype(np.float32).reshape(1, 120, 160, 1)
        return session.run(["answer"], {"frame": tensor})

    return run


def session_of(path: Path) -> ort.InferenceSession:
    return ort.InferenceSession(
        path.read_bytes(), session_options(), providers=["CPUExecutionProvider"]
    )


def network(path: Path, layers: tuple[tuple[int, int, int], ...], hidden: int) -> Path:
    """Write a network of those convolutions with random weights, in DeepRacer's shape."""
    rng = np.random.default_rng(1)
    weights: list[onnx.TensorProto] = []

    def weight(name: str, *shape: int) -> str:
        values = rng.normal(0, 0.05, shape).astype(np.float32)
        weights.append(numpy_helper.from_array(values, name))
        return name

    weights.append(numpy_helper.from_array(np.array(255, dtype=np.float32), "full"))
    nodes = [
        helper.make_node("Div", ["frame", "full"], ["scaled"]),
        helper.make_node("Transpose", ["scaled"], ["planes"], perm=[0, 3, 1, 2]),
    ]
    last, depth, height_px, width_px = "planes", 1, 120, 160
    for place, (channels, kernel, stride) in enumerate(layers):
        kernels = weight(f"w{place}", channels, depth, kernel, kernel)
        inputs = [last, kernels, weight(f"b{place}", channels)]
        nodes.append(helper.make_node("Conv", inputs, [f"conv{place}"], strides=[stride, stride]))
        nodes.append(helper.make_node("Relu", [f"conv{place}"], [f"relu{place}"]))
        last, depth = f"relu{place}", channels
        height_px = (height_px - kernel) // stride + 1
        width_px = (width_px - kernel) // stride + 1
    features, actions = depth * height_px * width_px, len(THREE_ACTIONS.actions)
    nodes += [
        helper.make_node("Flatten", [last], ["flat"]),
        helper.make_node(
            "Gemm", ["flat", weight("w_h", features, hidden), weight("b_h", hidden)], ["dense"]
        ),
        helper.make_node("Relu", ["dense"], ["hidden"]),
        helper.make_node(
            "Gemm", ["hidden", weight("w_o", hidden, actions), weight("b_o", actions)], ["scores"]
        ),
        helper.make_node("Softmax", ["scores"], ["answer"]),
    ]
    graph = helper.make_graph(
        nodes,
        "bench",
        [helper.make_tensor_value_info("frame", TensorProto.FLOAT, [1, 120, 160, 1])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, [1, actions])],
        weights,
    )
    opset = [helper.make_opsetid("", OPSET)]
    return save(helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION), path, card())
