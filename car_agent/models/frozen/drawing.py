"""The ONNX graph while it is drawn: its nodes and weights, and what is known of each value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from car_agent.models.frozen.constants import Array

OPSET = 17
IR_VERSION = 8

_TO_PLANES_FIRST = (0, 3, 1, 2)
_TO_PLANES_LAST = (0, 2, 3, 1)


@dataclass(frozen=True, slots=True)
class Value:
    """What a step gives: numbers known already (``known``), or a tensor of the ONNX graph.

    ``shape`` is as TensorFlow has it, channels last. Where ``is_planes_first`` the ONNX tensor has
    them first instead, since a convolution made it so and nobody has asked for the other order.
    """

    shape: tuple[int, ...]
    name: str = ""
    known: Array | None = None
    is_planes_first: bool = False


@dataclass(slots=True)
class Drawing:
    """Takes nodes and weights in, one after the other.

    ``taken_once`` are the steps that one other step alone takes from.
    """

    taken_once: set[str] = field(default_factory=set)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _turned: dict[str, Value] = field(default_factory=dict)
    _open: dict[str, onnx.NodeProto] = field(default_factory=dict)

    def picture(self, name: str, shape: tuple[int, ...]) -> Value:
        """Return the input."""
        return Value(shape, self._free_name(name))

    def node(
        self, operator: str, inputs: Sequence[str], name: str, shape: tuple[int, ...], **more: Any
    ) -> Value:
        """Add an operator; return what it gives, channels last."""
        output = self._free_name(name)
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=output, **more))
        return Value(shape, output)

    def weight(self, name: str, values: Array) -> str:
        """Add numbers that are known; return the tensor's name."""
        called = self._free_name(name)
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), called))
        return called

    def tensor(self, value: Value, name: str) -> str:
        """Return the name of a tensor that holds a value, channels last; ``name`` if it is new."""
        if value.known is not None:
            known = value.known
            floats = known.astype(np.float32) if known.dtype == np.float64 else known
            return self.weight(name, floats)
        if value.is_planes_first:
            return self._turn(value, _TO_PLANES_LAST, "planes_last").name
        return value.name

    def planes_first(self, value: Value, name: str) -> str:
        """Return the name of a tensor that holds a picture, channels first."""
        if value.is_planes_first:
            return value.name
        plain = Value(value.shape, self.tensor(value, name))
        return self._turn(plain, _TO_PLANES_FIRST, "planes_first").name

    def leave_open(self, value: Value) -> None:
        """Remember that the newest node, a convolution, may take in the bias that comes next."""
        if value.name in self.taken_once:
            self._open[value.name] = self.nodes[-1]

    def take_bias(self, value: Value, name: str, bias: Array) -> bool:
        """Give the bias to the convolution that made a value; False where that isn't possible."""
        convolution = self._open.pop(value.name, None)
        if convolution is not None:
            convolution.input.append(self.weight(name, bias))
        return convolution is not None

    def finished(self, picture: Value, policy: Value, name: str) -> onnx.ModelProto:
        """Return the model from the picture to the policy."""
        inputs = helper.make_tensor_value_info(picture.name, TensorProto.FLOAT, picture.shape)
        outputs = helper.make_tensor_value_info(policy.name, TensorProto.FLOAT, policy.shape)
        graph = helper.make_graph(self.nodes, name, [inputs], [outputs], self.weights)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="paddock")
        model.ir_version = IR_VERSION
        return model

    def _turn(self, value: Value, axes: Sequence[int], word: str) -> Value:
        # Asked for once by each step that takes the value: the same tensor serves them all.
        name = f"{value.name}/{word}"
        if name not in self._turned:
            self._turned[name] = self._turned_anew(value, axes, name)
        return self._turned[name]

    def _turned_anew(self, value: Value, axes: Sequence[int], name: str) -> Value:
        if value.shape[-1] > 1:
            return self.node("Transpose", [value.name], name, value.shape, perm=list(axes))
        # A single plane is already first and last: nothing has to be moved.
        batch, height, width, _ = value.shape
        first = (batch, 1, height, width)
        sizes = first if tuple(axes) == _TO_PLANES_FIRST else value.shape
        wanted = self.weight(f"{name}/shape", np.array(sizes, dtype=np.int64))
        return self.node("Reshape", [value.name, wanted], name, value.shape)

    def _free_name(self, name: str) -> str:
        free, count = name, 1
        while free in self._names:
            count += 1
            free = f"{name}/{count}"
        self._names.add(free)
        return free
