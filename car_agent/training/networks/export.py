"""Writes a student as an ONNX file: the project's own shape with its card inside, or DeepRacer's.

The graph is put together node by node, so that the file holds the weights, the card and nothing
else: no paths, no times, and the same bytes for the same weights.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from car_agent.models.card import CARD_KEY, ModelCard, card_to_json
from car_agent.training.networks.shapes import NetworkShape

OPSET = 17
IR_VERSION = 8

#: Weights by torch's names: ``features.0.weight`` and so on.
Weights = dict[str, npt.NDArray[np.float32]]

_LAYERS = ("head.1", "head.3")


@dataclass(slots=True)
class _Graph:
    nodes: list[Any]
    weights: list[Any]

    def add(self, operator: str, inputs: list[str], name: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def keep(self, name: str, value: npt.NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


def to_onnx(shape: NetworkShape, weights: Weights, card: ModelCard) -> bytes:
    """Return the ONNX file of a network's weights, seeing and answering as ``card`` says.

    A picture twice as wide and high as the network's is averaged in fours first, which is what
    OpenCV's INTER_AREA does; a discrete card gets a softmax. The card goes inside.
    """
    graph = _Graph([], [])
    pictures = "picture"
    if card.layout == "NHWC":
        pictures = graph.add("Transpose", [pictures], "channels_first", perm=[0, 3, 1, 2])
    if card.width_px == 2 * shape.width_px:
        halving = {"kernel_shape": [2, 2], "strides": [2, 2]}
        pictures = graph.add("AveragePool", [pictures], "halved", **halving)
    flow = _level(graph, pictures)
    for number, layer in enumerate(shape.convolutions):
        # Between two convolutions torch counts a ReLU.
        name, strides = f"features.{2 * number}", [layer.stride_px] * 2
        pads = [layer.padding_px] * 4
        flow = _weighted(graph, "Conv", flow, name, weights, strides=strides, pads=pads)
        flow = graph.add("Relu", [flow], f"{name}.relu")
    flow = graph.add("Flatten", [flow], "flat")
    flow = _weighted(graph, "Gemm", flow, _LAYERS[0], weights, transB=1)
    flow = graph.add("Relu", [flow], f"{_LAYERS[0]}.relu")
    flow = _weighted(graph, "Gemm", flow, _LAYERS[1], weights, transB=1)
    if card.output.kind == "discrete":
        graph.add("Softmax", [flow], "answer", axis=1)
    else:
        graph.add("Tanh" if shape.is_squashed else "Identity", [flow], "answer")
    return _written(graph, card)


def _written(graph: _Graph, card: ModelCard) -> bytes:
    """Return the file of a whole graph, with the card inside."""
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            card.name,
            [helper.make_tensor_value_info("picture", TensorProto.FLOAT, card.input_shape)],
            [helper.make_tensor_value_info("answer", TensorProto.FLOAT, [1, card.answer_size])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="paddock",
    )
    model.ir_version = IR_VERSION
    note = model.metadata_props.add()
    note.key, note.value = CARD_KEY, card_to_json(card)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _level(graph: _Graph, pictures: str) -> str:
    """Mean 0 and deviation 1 for each picture; one grey level keeps a black one finite."""
    one = graph.keep("one_level", np.ones((1,), dtype=np.float32))
    mean = graph.add("ReduceMean", [pictures], "mean", axes=[1, 2, 3], keepdims=1)
    centred = graph.add("Sub", [pictures, mean], "centred")
    squares = graph.add("Mul", [centred, centred], "squares")
    variance = graph.add("ReduceMean", [squares], "variance", axes=[1, 2, 3], keepdims=1)
    spread = graph.add("Add", [graph.add("Sqrt", [variance], "deviation"), one], "spread")
    return graph.add("Div", [centred, spread], "levelled")


def _weighted(
    graph: _Graph, operator: str, flow: str, name: str, weights: Weights, **attributes: Any
) -> str:
    names = [graph.keep(f"{name}.{part}", weights[f"{name}.{part}"]) for part in ("weight", "bias")]
    return graph.add(operator, [flow, *names], name, **attributes)
