"""Camera gate: who is told by kind of scene, and what a picture costs beside bare detectMarkers."""

import time
from collections import Counter

import cv2

from hardware.camera_gate.judging.matching import Lookout
from hardware.camera_gate.judging.watch import GateWatch
from hardware.virtual.world.gate_camera import GateCamera
from tests.bench.table import BenchRow, BenchTable
from tests.hardware.camera_gate.scenes import CAR_WIDTH_MM, KINDS, MARKS, GateScene, play, scenes

SCENES_PER_KIND = 25
#: A slow machine plays fewer scenes rather than longer; the table says of how many passes.
MOST_S_PER_KIND = 3.0
PICTURES = 150
WARM_UP = 10
_OUTCOMES = ("identified", "double", "missing", "contradictory")


def measure() -> BenchTable:
    """Play scenes of every kind, and time single pictures in turn with the bare detector."""
    cv2.setNumThreads(1)
    rows = tuple(
        _cost(f"one picture of 640×480: {kind}", next(scenes(kind, 1)))
        for kind in ("one car, 1 to 4 m/s", "2 to 4 cars abreast")
    )
    return BenchTable("Camera gate", rows, _rates())


def rates_of(kind: str, count: int) -> tuple[Counter[str], int]:
    """Return how often each outcome came in scenes of a kind, and how many names were wrong.

    It ends early, after at least one scene, where ``MOST_S_PER_KIND`` is over.
    """
    outcomes: Counter[str] = Counter()
    wrong = 0
    due_s = time.monotonic() + MOST_S_PER_KIND
    for scene in scenes(kind, count):
        if outcomes and time.monotonic() > due_s:
            break
        for verdict in play(scene):
            outcomes[verdict.judged.outcome] += 1
            wrong += verdict.is_wrong
    return outcomes, wrong


def _rates() -> str:
    head = "| scenes | passes | " + " | ".join(_OUTCOMES) + " | **wrong name** |"
    lines = [head, "|---" * 7 + "|"]
    for kind in KINDS:
        outcomes, wrong = rates_of(kind, SCENES_PER_KIND)
        passes = outcomes.total()
        parts = " | ".join(f"{100 * outcomes[each] / passes:.0f} %" for each in _OUTCOMES)
        lines.append(f"| {kind} | {passes} | {parts} | **{wrong}** |")
    return "\n".join(lines)


def _cost(name: str, scene: GateScene) -> BenchRow:
    """Take both durations of the same pictures in turn."""
    camera = GateCamera(scene.view, MARKS, scene.light, scene.seed)
    watch = GateWatch(scene.view.line, MARKS, Lookout(), CAR_WIDTH_MM)
    dictionary = cv2.aruco.getPredefinedDictionary(MARKS.opencv_id)
    bare = cv2.aruco.ArucoDetector(dictionary, cv2.aruco.DetectorParameters())
    nose_ns = scene.cars[0].nose_ns
    half_ns = int((WARM_UP + PICTURES) / scene.view.frame_rate_hz * 1e9 / 2)
    baseline_us: list[float] = []
    ours_us: list[float] = []
    for frame in camera.frames(scene.cars, nose_ns - half_ns, nose_ns + half_ns):
        started_ns = time.perf_counter_ns()
        bare.detectMarkers(frame.pixels)
        bare_ns = time.perf_counter_ns()
        watch.take(frame)
        ours_ns = time.perf_counter_ns()
        if frame.seq > WARM_UP:
            baseline_us.append((bare_ns - started_ns) / 1000)
            ours_us.append((ours_ns - bare_ns) / 1000)
    return BenchRow(name, "bare cv2.aruco.detectMarkers", baseline_us, ours_us)
