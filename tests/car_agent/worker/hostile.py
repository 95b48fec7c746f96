"""Models that pass their trial and misbehave on the track: made of a good one, node by node."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LIBRARY = Path(__file__).parents[3] / "car_agent" / "models" / "library"
_SIZE, _PRODUCTS = 1024, 40


def good(name: str = "cautious") -> bytes:
    """Return a model of the library."""
    return (LIBRARY / f"{name}.onnx").read_bytes()


@cache
def no_number() -> bytes:
    """Return a model that answers the trial's pictures well, and a car's with what is no number.

    The mean of both pictures of the trial is the middle of the range: then 0 is added, else 0 / 0.
    """
    model, picture, answer = _opened()
    top = _top_value(model)
    _constants(model, x_zero=0.0, x_middle=top / 2, x_near=top / 1000)
    model.graph.node.extend(
        [
            helper.make_node("ReduceMean", [picture], ["x_mean"], keepdims=0),
            helper.make_node("Sub", ["x_mean", "x_middle"], ["x_apart"]),
            helper.make_node("Abs", ["x_apart"], ["x_distance"]),
            helper.make_node("Less", ["x_distance", "x_near"], ["x_is_trial"]),
            helper.make_node("Cast", ["x_is_trial"], ["x_one_or_zero"], to=TensorProto.FLOAT),
            helper.make_node("Div", ["x_zero", "x_one_or_zero"], ["x_zero_or_nan"]),
            helper.make_node("Add", ["inner_answer", "x_zero_or_nan"], [answer]),
        ]
    )
    return bytes(model.SerializeToString())


@cache
def slow() -> bytes:
    """Return a model that drives like a good one, and multiplies large matrices at each picture.

    What is multiplied hangs on the picture, so that nothing can be worked out beforehand.
    """
    model, picture, answer = _opened()
    square = np.full((_SIZE, _SIZE), 1.0 / _SIZE, dtype=np.float32)
    model.graph.initializer.append(numpy_helper.from_array(square, "x_square"))
    _constants(model, x_nothing=0.0)
    model.graph.node.extend(
        [
            helper.make_node("ReduceMean", [picture], ["x_brightness"], keepdims=0),
            helper.make_node("Sigmoid", ["x_brightness"], ["x_bounded"]),
            helper.make_node("Mul", ["x_square", "x_bounded"], ["x_product_0"]),
        ]
    )
    for number in range(_PRODUCTS):
        names = [f"x_product_{number}", "x_square"], [f"x_product_{number + 1}"]
        model.graph.node.append(helper.make_node("MatMul", *names))
    model.graph.node.extend(
        [
            helper.make_node("ReduceMean", [f"x_product_{_PRODUCTS}"], ["x_result"], keepdims=0),
            helper.make_node("Mul", ["x_result", "x_nothing"], ["x_no_weight"]),
            helper.make_node("Add", ["inner_answer", "x_no_weight"], [answer]),
        ]
    )
    return bytes(model.SerializeToString())


def _opened() -> tuple[onnx.ModelProto, str, str]:
    """Return a good model whose answer is called otherwise, its input's and its answer's names."""
    model = onnx.load_from_string(good())
    picture, answer = model.graph.input[0].name, model.graph.output[0].name
    for node in model.graph.node:
        outputs = ["inner_answer" if each == answer else each for each in node.output]
        del node.output[:]
        node.output.extend(outputs)
    return model, picture, answer


def _constants(model: onnx.ModelProto, **values: float) -> None:
    model.graph.initializer.extend(
        numpy_helper.from_array(np.array(value, dtype=np.float32), name)
        for name, value in values.items()
    )


def _top_value(model: onnx.ModelProto) -> float:
    props = {each.key: each.value for each in model.metadata_props}
    return 255.0 if json.loads(props["paddock.card"])["value_range"] == "0-255" else 1.0
