"""Each of DeepRacer's networks, converted and held against what its layers must answer."""

import hashlib
import io
import json

import numpy as np
import onnxruntime as ort
import pytest

from car_agent.models.card import ContinuousOutput
from car_agent.models.frozen.convert import convert
from car_agent.models.frozen.messages import parse_graph
from car_agent.models.frozen.nodes import read_steps
from car_agent.models.frozen.reference import evaluate
from car_agent.models.intake.bring import bring
from car_agent.models.intake.certificate import Part
from car_agent.models.intake.golden import TOLERANCE
from car_agent.models.load import session_options
from car_agent.models.papers import Papers
from tests.car_agent.models.frozen.graphs import (
    CAMERA,
    STEREO,
    Algorithm,
    DeepRacerGraph,
    Head,
    metadata_for,
    tiny_network,
)
from tests.car_agent.models.intake.archives import ACTIONS, RANGES, metadata, packed

#: The networks without large strides have a hundred megabytes of weights at full size.
_SMALL_PX = (40, 48)
#: The least that leaves the deep network something to see, nearly.
_MIDDLE_PX = (80, 96)


def made(network: str, sensor: str, head: Head, algorithm: Algorithm) -> DeepRacerGraph:
    layers = (STEREO if sensor == "STEREO_CAMERAS" else CAMERA)[network]
    has_large_strides = layers[0][0][2] == 4
    is_plain = head == "discrete" and algorithm == "clipped_ppo"
    strided_px = (120, 160) if is_plain else _MIDDLE_PX
    return DeepRacerGraph(
        layers,
        answers=3 if head == "discrete" else 2,
        head=head,
        algorithm=algorithm,
        sensor=sensor,
        size_px=strided_px if has_large_strides else _SMALL_PX,
    )


def pictures(graph: DeepRacerGraph) -> list[np.ndarray]:
    chance = np.random.default_rng(3)
    shape = (1, *graph.size_px, graph.planes)
    return [chance.integers(0, 256, shape).astype(np.float32) for _ in range(3)]


@pytest.mark.parametrize("algorithm", ["clipped_ppo", "sac"])
@pytest.mark.parametrize("head", ["discrete", "continuous"])
@pytest.mark.parametrize("sensor", ["FRONT_FACING_CAMERA", "STEREO_CAMERAS"])
@pytest.mark.parametrize("network", list(CAMERA))
def test_every_network_answers_as_its_layers_do(
    network: str, sensor: str, head: Head, algorithm: Algorithm
) -> None:
    """It should agree within 1e-5, in the runtime as in the numpy evaluation of the graph."""
    graph = made(network, sensor, head, algorithm)
    steps = read_steps(parse_graph(graph.written(), "model.pb"), "model.pb")
    content = convert(steps, "model.pb").SerializeToString()
    session = ort.InferenceSession(content, session_options(), providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()
    for picture in pictures(graph):
        wanted = graph.forward(picture)
        answer = session.run(None, {taken.name: picture})[0]
        assert answer.shape == (1, graph.answers)
        scale = max(1.0, float(np.abs(wanted).max()))
        assert np.abs(answer[0] - wanted).max() / scale <= TOLERANCE
        assert np.abs(evaluate(steps, picture)[0] - wanted).max() / scale <= 1e-9


@pytest.mark.parametrize(
    ("network", "sensor", "head", "algorithm"),
    [
        ("DEEP_CONVOLUTIONAL_NETWORK_SHALLOW", "observation", "discrete", "clipped_ppo"),
        ("DEEP_CONVOLUTIONAL_NETWORK", "FRONT_FACING_CAMERA", "continuous", "sac"),
        ("DEEP_CONVOLUTIONAL_NETWORK_DEEP", "STEREO_CAMERAS", "continuous", "clipped_ppo"),
    ],
)
def test_an_archive_becomes_a_file_that_drives(
    network: str, sensor: str, head: Head, algorithm: Algorithm
) -> None:
    """It should tell the network from the graph, certify the agreement, and carry its card."""
    graph = made(network, sensor, head, algorithm)
    space = {"action_space": ACTIONS if head == "discrete" else RANGES}
    text = json.dumps({**metadata_for(graph, network), **space})
    content = packed({"agent/model.pb": graph.written(), "model_metadata.json": text}, "")
    digest = hashlib.sha256(content).hexdigest()
    source = Part(name="model.tar.gz", sha256=digest, size_bytes=len(content))
    subject = bring(io.BytesIO(content), source, Papers())
    certificate = subject.certificate
    assert certificate.network == network
    assert certificate.kind == "frozen"
    assert certificate.layout == subject.card.layout == "NHWC"
    assert certificate.source_operators is not None
    assert certificate.source_operators["Conv2D"] == certificate.operators["Conv"]
    assert certificate.agreement is not None
    assert certificate.agreement.worst_error <= TOLERANCE
    assert "frozen graph" in certificate.agreement.compared_with
    assert subject.card.input_shape == (1, *graph.size_px, graph.planes)
    if isinstance(subject.card.output, ContinuousOutput):
        assert subject.card.output.squash == ("tanh" if algorithm == "sac" else "none")


def test_the_same_graph_gives_the_same_file() -> None:
    """It should write the same bytes each time, and leave those as they are."""
    papers = Papers(metadata=metadata())
    source = Part(name="model.pb", sha256="0" * 64, size_bytes=1)
    first, second = (
        bring(io.BytesIO(tiny_network().written()), source, papers).content for _ in range(2)
    )
    assert first == second
    assert bring(io.BytesIO(first), source, Papers()).content == first


def test_nothing_that_only_works_out_shapes_is_left() -> None:
    """It should turn planes once, keep biases inside convolutions, and drop what does nothing."""
    graph = made("DEEP_CONVOLUTIONAL_NETWORK", "FRONT_FACING_CAMERA", "discrete", "clipped_ppo")
    model = convert(read_steps(parse_graph(graph.written(), "model.pb"), "model.pb"), "model.pb")
    operators = [node.op_type for node in model.graph.node]
    assert operators.count("Transpose") == 1
    assert not set(operators) & {"Shape", "Gather", "Slice", "Concat", "Sub", "Mul"}
    assert all(len(node.input) == 3 for node in model.graph.node if node.op_type == "Conv")


def test_metadata_that_names_another_network() -> None:
    """It should believe the graph, and say so."""
    network = "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW"
    graph = made(network, "FRONT_FACING_CAMERA", "discrete", "clipped_ppo")
    said = metadata_for(graph, "DEEP_CONVOLUTIONAL_NETWORK_DEEP")
    text = json.dumps({**said, "action_space": ACTIONS})
    source = Part(name="model.pb", sha256="0" * 64, size_bytes=1)
    certificate = bring(io.BytesIO(graph.written()), source, Papers(metadata=text)).certificate
    assert certificate.network == network
    assert certificate.notes == (
        "model_metadata.json says DEEP_CONVOLUTIONAL_NETWORK_DEEP, its layers say otherwise.",
    )
