"""Import error: how far a converted DeepRacer network answers from what its layers say."""

import numpy as np
import onnxruntime as ort

from car_agent.models.frozen.convert import convert
from car_agent.models.frozen.messages import parse_graph
from car_agent.models.frozen.nodes import read_steps
from car_agent.models.load import session_options
from tests.bench.table import BenchTable
from tests.car_agent.models.frozen.graphs import CAMERA, STEREO, Algorithm, DeepRacerGraph, Head

FRAMES = 20
#: The size of the pictures: those of a network without large strides are small, since its weights
#: would take a hundred megabytes at full size, and more numbers make no other kind of error.
SIZES_PX = {True: (120, 160), False: (60, 80)}
HEADS: tuple[tuple[Algorithm, Head], ...] = (
    ("clipped_ppo", "discrete"),
    ("clipped_ppo", "continuous"),
    ("sac", "continuous"),
)


def measure() -> BenchTable:
    """Convert every network and compare its answers on random frames, worst of all frames."""
    kinds = " | ".join(f"{algorithm}, {head}" for algorithm, head in HEADS)
    lines = [f"| network | sensor | {kinds} |", "|---" * (2 + len(HEADS)) + "|"]
    for sensor, networks in (("FRONT_FACING_CAMERA", CAMERA), ("STEREO_CAMERAS", STEREO)):
        for network in networks:
            errors = " | ".join(f"{worst_error(network, sensor, *each):.1e}" for each in HEADS)
            lines.append(f"| {network} | {sensor} | {errors} |")
    return BenchTable("Import error", (), "\n".join(lines))


def worst_error(network: str, sensor: str, algorithm: Algorithm, head: Head) -> float:
    """Return the largest difference, as a share of the largest answer where that is above 1."""
    layers = (STEREO if sensor == "STEREO_CAMERAS" else CAMERA)[network]
    size_px = SIZES_PX[layers[0][0][2] == 4]
    answers = 10 if head == "discrete" else 2
    graph = DeepRacerGraph(layers, answers, head, algorithm, sensor, size_px)
    steps = read_steps(parse_graph(graph.written(), network), network)
    content = convert(steps, network).SerializeToString()
    session = ort.InferenceSession(content, session_options(), providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()
    chance = np.random.default_rng(11)
    worst = 0.0
    for _ in range(FRAMES):
        frame = chance.integers(0, 256, (1, *size_px, graph.planes)).astype(np.float32)
        wanted = graph.forward(frame)
        answer = session.run(None, {taken.name: frame})[0][0]
        scale = max(1.0, float(np.abs(wanted).max()))
        worst = max(worst, float(np.abs(answer - wanted).max()) / scale)
    return worst
