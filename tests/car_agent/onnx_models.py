"""Small real ONNX models, made where a test needs them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from car_agent.models.card import (
    CARD_KEY,
    Action,
    ContinuousOutput,
    DiscreteOutput,
    ModelCard,
    card_to_json,
)

OPSET = 17
IR_VERSION = 8

#: Right, straight on, left: DeepRacer's convention is that positive turns left.
THREE_ACTIONS = DiscreteOutput(
    actions=(
        Action(steering_deg=-30, speed_mps=1.0),
        Action(steering_deg=0, speed_mps=2.0),
        Action(steering_deg=30, speed_mps=1.0),
    )
)
WIDE_RANGE = ContinuousOutput(
    steering_low_deg=-20, steering_high_deg=20, speed_low_mps=0.5, speed_high_mps=2.5
)

Dim = int | str


def card(
    output: DiscreteOutput | ContinuousOutput = THREE_ACTIONS, name: str = "test", **kwargs: object
) -> ModelCard:
    """Return a card; DeepRacer's input where nothing else is said."""
    return ModelCard.model_validate({"name": name, "output": output, **kwargs})


def linear_model(
    bias: Sequence[float],
    *,
    weights: npt.NDArray[np.float32] | None = None,
    input_dims: Sequence[Dim] = (1, 120, 160, 1),
    output_dims: Sequence[Dim] | None = None,
    is_softmax: bool = False,
    input_type: int = TensorProto.FLOAT,
) -> onnx.ModelProto:
    """Return flatten → cast → times weights (default: nothing of the input) → plus bias."""
    sizes = [dim for dim in input_dims[1:] if isinstance(dim, int)]
    features = int(np.prod(sizes))
    if weights is None:
        weights = np.zeros((features, len(bias)), dtype=np.float32)
    last = "sum" if is_softmax else "answer"
    nodes = [
        helper.make_node("Cast", ["frame"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["real"], ["flat"], axis=1),
        helper.make_node("MatMul", ["flat", "weights"], ["product"]),
        helper.make_node("Add", ["product", "bias"], [last]),
    ]
    if is_softmax:
        nodes.append(helper.make_node("Softmax", ["sum"], ["answer"], axis=-1))
    outputs = output_dims if output_dims is not None else (input_dims[0], len(bias))
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("frame", input_type, list(input_dims))],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, list(outputs))],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.asarray(bias, dtype=np.float32), "bias"),
        ],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )


def save(model: onnx.ModelProto, path: Path, with_card: ModelCard | None = None) -> Path:
    """Write the model, with its card inside where one is given."""
    path.write_bytes(saved_bytes(model, with_card))
    return path


def saved_bytes(model: onnx.ModelProto, with_card: ModelCard | None = None) -> bytes:
    """Return what ``save`` writes."""
    if with_card is not None:
        helper.set_model_props(model, {CARD_KEY: card_to_json(with_card)})
    return bytes(model.SerializeToString())


def straight_model(path: Path) -> Path:
    """Write a model that always steers straight on at 2 m/s, in DeepRacer's shape."""
    return save(linear_model([0.0, 5.0, 0.0], is_softmax=True), path, card())


def light_seeker(path: Path) -> Path:
    """Write a model that turns to the brighter half of the picture."""
    weights = np.zeros((120, 160, 3), dtype=np.float32)
    weights[:, :80, 2] = 1e-5
    weights[:, 80:, 0] = 1e-5
    model = linear_model([0.0, 0.0, 0.0], weights=weights.reshape(-1, 3), is_softmax=True)
    return save(model, path, card())


def continuous_model(path: Path, steering: float, speed: float) -> Path:
    """Write a model that always answers the same two numbers."""
    return save(linear_model([steering, speed]), path, card(WIDE_RANGE))
