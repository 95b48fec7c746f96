"""What a graph may be made of."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from car_agent.errors import ModelError
from car_agent.models.card import Action, DiscreteOutput
from car_agent.models.load import read_content
from car_agent.models.papers import Papers
from tests.car_agent.onnx_models import card, linear_model, saved_bytes

ONE_ACTION = DiscreteOutput(actions=(Action(steering_deg=0, speed_mps=1),))


def asks_for_gigabytes() -> onnx.ModelProto:
    """A few dozen bytes that ask for twelve gigabytes."""
    shape = helper.make_tensor("s", TensorProto.INT64, [1], [3_000_000_000])
    nodes = [
        helper.make_node("ConstantOfShape", ["s"], ["huge"]),
        helper.make_node("ReduceMax", ["huge"], ["answer"], keepdims=1),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 120, 160, 1])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, [1])],
        [shape],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def with_node(node: onnx.NodeProto) -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    model.graph.node.append(node)
    return model


def loops() -> onnx.ModelProto:
    body = helper.make_graph([], "body", [], [])
    return with_node(helper.make_node("Loop", ["", "bias"], ["never"], body=body))


def hidden_branch() -> onnx.ModelProto:
    """An ordinary operator with a graph in an attribute."""
    body = helper.make_graph([], "body", [], [])
    return with_node(helper.make_node("Relu", ["bias"], ["r"], body=body))


def with_weights(values: list[float]) -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    weights = np.array(values, dtype=np.float32)
    model.graph.initializer[1].CopyFrom(numpy_helper.from_array(weights, "bias"))
    return model


def not_a_number() -> onnx.TensorProto:
    return numpy_helper.from_array(np.array([float("nan")], dtype=np.float32), "odd")


def cut_weights() -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    model.graph.initializer[0].raw_data = model.graph.initializer[0].raw_data[:100]
    return model


def lying_weights() -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend([2**40, 2**20])
    return model


def negative_weights() -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    model.graph.initializer[0].dims[0] = -1
    return model


def worded_weights() -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    model.graph.initializer.append(
        TensorProto(name="w", data_type=TensorProto.STRING, dims=[1], string_data=[b"x"])
    )
    return model


def own_function() -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    model.functions.add(name="Mine", domain="mine")
    return model


def sparse_weights() -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    model.graph.sparse_initializer.add()
    return model


def sized_by_content() -> onnx.ModelProto:
    """A tensor whose size depends on the picture."""
    return with_node(helper.make_node("NonZero", ["product"], ["places"]))


def does_not_fit() -> onnx.ModelProto:
    model = linear_model([0, 0, 0])
    del model.graph.initializer[0].dims[:]
    model.graph.initializer[0].dims.extend([9600, 6])
    return model


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (asks_for_gigabytes, "ConstantOfShape asks for 3,000,000,000 numbers at once"),
        (loops, "uses Loop: how long it runs"),
        (hidden_branch, "uses Relu: how long it runs"),
        (
            lambda: with_node(helper.make_node("RandomNormal", [], ["r"], shape=[1])),
            "answers differently each time",
        ),
        (
            lambda: with_node(helper.make_node("Gelu", ["bias"], ["r"], domain="com.microsoft")),
            "uses Gelu of the domain 'com.microsoft'",
        ),
        (lambda: with_weights([0, float("nan"), 0]), "a weight that is not a number (in 'bias')"),
        (
            lambda: with_node(helper.make_node("Constant", [], ["k"], value=not_a_number())),
            "a weight that is not a number (in 'odd')",
        ),
        (
            lambda: with_node(helper.make_node("LeakyRelu", ["bias"], ["r"], alpha=float("nan"))),
            "LeakyRelu has a setting that is not a number",
        ),
        (cut_weights, "the weights 'weights' are broken or cut off"),
        (lying_weights, "larger than a car's may be"),
        (negative_weights, "larger than a car's may be"),
        (worded_weights, "are words, not numbers"),
        (own_function, "brings functions of its own"),
        (sparse_weights, "has sparse weights"),
        (sized_by_content, "how large 'places' of NonZero gets is known only while it runs"),
        (does_not_fit, "don't fit together"),
    ],
)
def test_what_breaks_a_rule_is_one_sentence(
    make: Callable[[], onnx.ModelProto], sentence: str
) -> None:
    """It should name the operator, the weight or the value, without running anything."""
    model = make()
    wanted = card(ONE_ACTION) if make is asks_for_gigabytes else card()
    with pytest.raises(ModelError) as caught:
        read_content(saved_bytes(model, wanted), Papers(), Path("odd.onnx"))
    message = str(caught.value)
    assert sentence in message
    assert "\n" not in message
    assert message.endswith(".")


def test_too_many_operators() -> None:
    """It should stop counting at the cap."""
    model = linear_model([0, 0, 0])
    for place in range(10_001):
        model.graph.node.add(op_type="Relu", input=["bias"], output=[f"r{place}"])
    with pytest.raises(ModelError, match="more than 10000 operators"):
        read_content(saved_bytes(model, card()), Papers(), Path("long.onnx"))


def test_sizes_that_follow_from_the_batch() -> None:
    """It should know them for a batch of one, though the file leaves it open."""
    model = linear_model([0, 3, 0], input_dims=("batch", 120, 160, 1))
    flatten = model.graph.node[1]
    flatten.CopyFrom(helper.make_node("Reshape", ["real", "flat_shape"], ["flat"]))
    # As exporters do it: the batch is read off the picture, the rest is worked out.
    shape = [
        helper.make_node("Shape", ["real"], ["whole"]),
        helper.make_node("Gather", ["whole", "first"], ["batch_size"]),
        helper.make_node("Concat", ["batch_size", "rest"], ["flat_shape"], axis=0),
    ]
    nodes = [model.graph.node[0], *shape, *model.graph.node[1:]]
    nodes = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(
        numpy_helper.from_array(np.array(value, dtype=np.int64), name)
        for name, value in (("first", [0]), ("rest", [-1]))
    )
    assert read_content(saved_bytes(model, card()), Papers(), Path("a.onnx")).card == card()
