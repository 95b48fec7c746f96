"""Frozen graphs that are broken, hostile, or made of what isn't known: one sentence each."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from car_agent.errors import ModelError
from car_agent.models.frozen.convert import convert
from car_agent.models.frozen.messages import MESSAGES, parse_graph
from car_agent.models.frozen.nodes import read_steps
from car_agent.models.frozen.reference import evaluate
from tests.car_agent.models.frozen.graphs import GraphWriter, tiny_network

PICTURE = "main_level/agent/main/online/network_0/FRONT_FACING_CAMERA/FRONT_FACING_CAMERA"
POLICY = "main_level/agent/main/online/network_1/ppo_head_0/policy"


def converted(content: bytes) -> Any:
    steps = read_steps(parse_graph(content, "model.pb"), "model.pb")
    model = convert(steps, "model.pb")
    evaluate(steps, np.zeros((1, *steps.picture_shape), dtype=np.float32))
    return model


def small(draw: Callable[[GraphWriter], str], kind: int = 1) -> bytes:
    """Return a graph from a picture to whatever ``draw`` adds, which becomes the policy."""
    to = GraphWriter()
    to.picture(PICTURE, (-1, 8, 8, 1), kind)
    to.node(POLICY, "Identity", [draw(to)])
    return to.written()


def unknown(to: GraphWriter) -> str:
    return to.node("odd", "TensorArrayV3", [to.node("odder", "PyFunc", [PICTURE])])


def huge_constant(to: GraphWriter) -> str:
    tensor = MESSAGES["Tensor"](dtype=1, float_val=[1.0])
    tensor.tensor_shape.dim.add(size=3_000_000_000)
    return to.node("sum", "Add", [PICTURE, to.node("huge", "Const", value=tensor)])


def strange_constant(to: GraphWriter) -> str:
    tensor = MESSAGES["Tensor"](dtype=7)
    return to.node("sum", "Add", [PICTURE, to.node("words", "Const", value=tensor)])


def cut_constant(to: GraphWriter) -> str:
    tensor = MESSAGES["Tensor"](dtype=1, tensor_content=b"\x00" * 8)
    tensor.tensor_shape.dim.add(size=3)
    return to.node("sum", "Add", [PICTURE, to.node("cut", "Const", value=tensor)])


def empty_constant(to: GraphWriter) -> str:
    return to.node("sum", "Add", [PICTURE, to.node("none", "Const")])


def circle(to: GraphWriter) -> str:
    to.node("a", "Add", [PICTURE, "b"])
    return to.node("b", "Relu", ["a"])


def missing(to: GraphWriter) -> str:
    return to.node("a", "Add", [PICTURE, "nowhere"])


def twice(to: GraphWriter) -> str:
    to.const("a", 1.0)
    return to.const("a", 2.0)


def second_output(to: GraphWriter) -> str:
    return to.node("a", "Relu", [f"{PICTURE}:1"])


def lidar(to: GraphWriter) -> str:
    to.picture("network_0/SECTOR_LIDAR/SECTOR_LIDAR", (-1, 8))
    return to.node("both", "Add", [PICTURE, "network_0/SECTOR_LIDAR/SECTOR_LIDAR"])


def two_pictures(to: GraphWriter) -> str:
    to.picture("second", (-1, 8, 8, 1))
    return to.node("both", "Add", [PICTURE, "second"])


def no_picture(to: GraphWriter) -> str:
    return to.const("answer", [[1.0, 2.0]])


def ignores_picture(to: GraphWriter) -> str:
    return to.node("sizes", "Shape", [PICTURE])


def kernel(shape: tuple[int, ...], **more: object) -> Callable[[GraphWriter], str]:
    def draw(to: GraphWriter) -> str:
        weights = to.const("kernel", np.ones(shape))
        strides = {"strides": [1, 1, 1, 1], "padding": "VALID", "data_format": "NHWC"}
        return to.node("conv", "Conv2D", [PICTURE, weights], **(strides | more))

    return draw


def bad_matmul(to: GraphWriter) -> str:
    return to.node("product", "MatMul", [PICTURE, to.const("weights", np.ones((5, 2)))])


def bad_reshape(to: GraphWriter) -> str:
    return to.node("flat", "Reshape", [PICTURE, to.ints("shape", [1, -1, 7])])


def learning_norm(to: GraphWriter) -> str:
    four = [to.const(f"c{place}", [1.0]) for place in range(4)]
    return to.node("norm", "FusedBatchNormV3", [PICTURE, *four], is_training=True)


def explodes(to: GraphWriter) -> str:
    """Two short lists whose product is four billion numbers."""
    column = to.const("column", np.ones((60_000, 1)))
    row = to.const("row", np.ones((1, 60_000)))
    return to.node("sum", "Add", [PICTURE, to.node("square", "Mul", [column, row])])


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (unknown, "it uses PyFunc ×1, TensorArrayV3 ×1, unknown here"),
        (huge_constant, "The constant 'huge' is larger than a car's model may be"),
        (strange_constant, "The constant 'words' has a type that is unknown (7)"),
        (cut_constant, "The constant 'cut' is broken or cut off"),
        (empty_constant, "The constant 'none' has no value"),
        (circle, "runs in a circle"),
        (missing, "lacks the node 'nowhere'"),
        (twice, "two nodes that are called 'a'"),
        (second_output, "takes another output"),
        (lidar, "wants SECTOR_LIDAR, and no car here has a lidar"),
        (two_pictures, "has 2 inputs"),
        (no_picture, "has 0 inputs"),
        (ignores_picture, "doesn't depend on the picture"),
        (kernel((3, 3, 2, 4)), "Conv2D at 'conv' has inputs that don't fit"),
        (kernel((9, 9, 1, 4)), "Conv2D at 'conv' has inputs that don't fit"),
        (kernel((3, 3, 1, 4), data_format="NCHW"), "Conv2D at 'conv' has inputs that don't fit"),
        (kernel((3, 3, 1, 4), dilations=[1, 2, 2, 1]), "Conv2D at 'conv'"),
        (kernel((3, 3, 1, 4), padding="EXPLICIT"), "Conv2D at 'conv'"),
        (kernel((3, 3, 1, 4), strides=[1, 0, 0, 1]), "Conv2D at 'conv'"),
        (kernel((3, 3, 1, 4), strides=[1]), "Conv2D at 'conv'"),
        (bad_matmul, "MatMul at 'product' has inputs that don't fit"),
        (bad_reshape, "Reshape at 'flat' has inputs that don't fit"),
        (learning_norm, "FusedBatchNormV3 at 'norm' has inputs that don't fit"),
        (explodes, "'square' (Mul) gets larger than a car's model may be"),
    ],
)
def test_what_cannot_be_converted(draw: Callable[[GraphWriter], str], sentence: str) -> None:
    """It should name the operator or the node."""
    with pytest.raises(ModelError) as caught:
        converted(small(draw))
    message = str(caught.value)
    assert sentence in message
    assert "model.pb" in message
    assert "\n" not in message
    assert message.endswith(".")


def test_the_picture_must_be_of_fixed_size_and_real() -> None:
    """It should refuse bytes and open sizes."""
    with pytest.raises(ModelError, match="another type than float32"):
        converted(small(lambda _to: PICTURE, kind=4))
    for sizes in ((-1, -1, 160, 1), (4, 120, 160, 1), (-1, 120), (-1, 99999, 160, 1)):
        to = GraphWriter()
        to.picture(PICTURE, sizes)
        to.node(POLICY, "Identity", [PICTURE])
        with pytest.raises(ModelError, match="no picture of fixed size"):
            converted(to.written())


def test_which_tensor_is_the_policy() -> None:
    """It should take the network that drives, else the only end, and not guess among several."""
    to = GraphWriter()
    to.picture(PICTURE, (-1, 8, 8, 1))
    to.node("main_level/agent/main/target/network_1/ppo_head_0/policy", "Tanh", [PICTURE])
    to.node(POLICY, "Relu", [PICTURE])
    assert read_steps(parse_graph(to.written(), "m"), "m").policy.op == "Relu"
    ends = GraphWriter()
    ends.picture(PICTURE, (-1, 8, 8, 1))
    ends.node("answer", "Tanh", [PICTURE])
    assert read_steps(parse_graph(ends.written(), "m"), "m").policy.name == "answer"
    ends.node("other", "Relu", [PICTURE])
    with pytest.raises(ModelError, match="doesn't show which tensor is its policy"):
        read_steps(parse_graph(ends.written(), "m"), "m")


def test_a_graph_as_deep_as_its_cap() -> None:
    """It should order a long chain without running out of stack."""
    to = GraphWriter()
    last = to.picture(PICTURE, (-1, 8, 8, 1))
    for place in range(5000):
        last = to.node(f"n{place}", "Identity", [last])
    to.node(POLICY, "Relu", [last])
    assert len(converted(to.written()).graph.node) == 2


@pytest.mark.parametrize("content", [b"", b"\x0a", b"\x0a\x00", b"\x08\x08", b"text of some kind"])
def test_what_is_no_graph(content: bytes) -> None:
    """It should say so."""
    with pytest.raises(ModelError, match="no frozen TensorFlow graph"):
        converted(content)


WHOLE = tiny_network().written()


def nodes_or_sentence(content: bytes) -> int | str:
    """Return how many nodes a graph becomes, or why it becomes none."""
    try:
        return len(converted(content).graph.node)
    except ModelError as error:
        return str(error)


@given(st.integers(1, len(WHOLE) - 1))
@example(4333)  # right behind a node
def test_a_cut_is_one_sentence(place: int) -> None:
    """It should notice a file that ends too early, or see a smaller network.

    One that ends between two nodes is a whole graph; its answer then doesn't fit its papers.
    """
    found = nodes_or_sentence(WHOLE[:place])
    if isinstance(found, str):
        assert found.endswith(".")
    else:
        assert found < len(converted(WHOLE).graph.node)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_damage_is_another_graph_or_one_sentence(place: int, noise: bytes) -> None:
    """It should raise nothing but ModelError, whichever bytes are wrong."""
    with suppress(ModelError), np.errstate(all="ignore"):
        converted(WHOLE[:place] + noise + WHOLE[place + len(noise) :])
