"""Frozen graphs made in tests, node by node as TensorFlow 1 leaves them, and what they must answer.

``DeepRacerGraph`` lays the layers out with the names and helper nodes that rl_coach's networks have
(the scopes are those of a public sample model's layer list); ``forward`` computes the same answer
from the layers alone, knowing nothing of graphs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from car_agent.models.frozen.messages import MESSAGES

Array = npt.NDArray[Any]
Head = Literal["discrete", "continuous"]
Algorithm = Literal["clipped_ppo", "sac"]

_TYPES = {"float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int64": 9, "bool": 10, "float16": 19}

#: Convolutions (filters, kernel, stride) and dense layers of the embedder, dense layers after it.
Layers = tuple[tuple[tuple[int, int, int], ...], tuple[int, ...], tuple[int, ...]]

_SHALLOW = ((32, 8, 4), (64, 4, 2), (64, 3, 1))
_STEREO_NORMAL = ((32, 3, 1), (64, 3, 2), (64, 3, 1), (128, 3, 2), (128, 3, 1))
CAMERA: dict[str, Layers] = {
    "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW": (_SHALLOW, (), (512,)),
    "DEEP_CONVOLUTIONAL_NETWORK": (
        ((32, 5, 2), (32, 3, 1), (64, 3, 2), (64, 3, 1)),
        (64,),
        (512,),
    ),
    "DEEP_CONVOLUTIONAL_NETWORK_DEEP": (
        ((32, 8, 4), (32, 4, 2), (64, 4, 2), (64, 3, 1)),
        (512, 512),
        (256, 128),
    ),
}
STEREO: dict[str, Layers] = {
    "DEEP_CONVOLUTIONAL_NETWORK_SHALLOW": (_SHALLOW, (), (512,)),
    "DEEP_CONVOLUTIONAL_NETWORK": (_STEREO_NORMAL, (), (512,)),
    "DEEP_CONVOLUTIONAL_NETWORK_DEEP": (_STEREO_NORMAL, (), (256, 128)),
}


class GraphWriter:
    """Writes nodes into a GraphDef."""

    def __init__(self) -> None:
        self.graph = MESSAGES["GraphDef"]()

    def node(self, name: str, op: str, inputs: Sequence[str] = (), **attributes: object) -> str:
        """Add a node; attributes are words, numbers, lists of integers, or messages."""
        node = self.graph.node.add(name=name, op=op, input=list(inputs))
        for key, value in attributes.items():
            attribute = node.attr.add(key=key).value
            if isinstance(value, str):
                attribute.s = value.encode()
            elif isinstance(value, bool):
                attribute.b = value
            elif isinstance(value, float):
                attribute.f = value
            elif isinstance(value, int):
                attribute.i = value
            elif isinstance(value, list):
                attribute.list.i.extend(value)
            elif isinstance(value, tuple):
                for size in value:
                    attribute.shape.dim.add(size=size)
            else:
                attribute.tensor.CopyFrom(value)
        return name

    def kind(self, attribute: str, number: int) -> None:
        """Give the newest node an attribute that names a type."""
        self.graph.node[-1].attr.add(key=attribute).value.type = number

    def const(self, name: str, values: object, dtype: str = "float32") -> str:
        """Add a constant, packed as bytes."""
        array = np.asarray(values, dtype=dtype)
        tensor = MESSAGES["Tensor"](dtype=_TYPES[dtype], tensor_content=array.tobytes())
        for size in array.shape:
            tensor.tensor_shape.dim.add(size=size)
        return self.node(name, "Const", value=tensor)

    def ints(self, name: str, values: object) -> str:
        """Add a constant of int32."""
        return self.const(name, values, "int32")

    def picture(self, name: str, sizes: tuple[int, ...], kind: int = 1) -> str:
        """Add the placeholder."""
        self.node(name, "Placeholder", shape=sizes)
        self.kind("dtype", kind)
        return name

    def written(self) -> bytes:
        """Return the file's bytes."""
        return bytes(self.graph.SerializeToString(deterministic=True))


@dataclass
class DeepRacerGraph:
    """A network from its layer list, with weights made from a seed."""

    layers: Layers
    answers: int
    head: Head = "discrete"
    algorithm: Algorithm = "clipped_ppo"
    sensor: str = "FRONT_FACING_CAMERA"
    size_px: tuple[int, int] = (120, 160)
    seed: int = 7
    writer: GraphWriter = field(default_factory=GraphWriter)
    _weights: list[tuple[Array, Array]] = field(default_factory=list)
    _chance: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self._chance = np.random.default_rng(self.seed)
        agent = "main_level/agent"
        is_sac = self.algorithm == "sac"
        first = f"{agent}/{'policy' if is_sac else 'main'}/online/network_0"
        self._network = first if is_sac else f"{agent}/main/online/network_1"
        picture = f"{first}/{self.sensor}/{self.sensor}"
        self.writer.picture(picture, (-1, *self.size_px, self.planes))
        flow = self._embedder(picture)
        flow = self._middleware(flow)
        self._head(self._rescaled(flow))

    @property
    def planes(self) -> int:
        """How many planes the sensor has."""
        return 2 if self.sensor == "STEREO_CAMERAS" else 1

    def written(self) -> bytes:
        """Return the frozen graph's bytes."""
        return self.writer.written()

    def forward(self, picture: Array) -> Array:
        """Return what the network answers, worked out from its layers in double precision."""
        convolutions, dense, middle = self.layers
        weights = iter(self._weights)
        flow = picture.astype(np.float64) / 255.0
        for _, kernel_px, stride in convolutions:
            flow = np.maximum(_convolved(flow, *next(weights), kernel_px, stride), 0)
        for _ in dense:
            kernel, bias = next(weights)
            flow = np.maximum(flow @ kernel.astype(np.float64) + bias, 0)
        flow = flow.reshape(1, -1)
        for _ in (*middle, *((256,) if self.algorithm == "sac" else ())):
            kernel, bias = next(weights)
            flow = np.maximum(flow @ kernel.astype(np.float64) + bias, 0)
        kernel, bias = next(weights)
        scores = (flow @ kernel.astype(np.float64) + bias)[0]
        if self.head == "continuous":
            return np.asarray(scores)
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum())

    def _embedder(self, picture: str) -> str:
        scope = f"{self._network}/{self.sensor}"
        to = self.writer
        flow = to.node(
            f"{scope}/truediv", "RealDiv", [picture, to.const(f"{scope}/truediv/y", 255.0)]
        )
        flow = to.node(f"{scope}/sub", "Sub", [flow, to.const(f"{scope}/sub/y", 0.0)])
        convolutions, dense, _ = self.layers
        sizes = (*self.size_px, self.planes)
        place = 0
        for filters, kernel_px, stride in convolutions:
            called = f"{scope}/Conv2d_{place}"
            kernel, bias = self._variables(called, (kernel_px, kernel_px, sizes[2], filters))
            strides, dilations = [1, stride, stride, 1], [1, 1, 1, 1]
            more = {"strides": strides, "dilations": dilations, "padding": "VALID"}
            flow = to.node(f"{called}/Conv2D", "Conv2D", [flow, kernel], data_format="NHWC", **more)
            flow = to.node(f"{called}/BiasAdd", "BiasAdd", [flow, bias], data_format="NHWC")
            flow = to.node(
                f"{scope}/BatchnormActivationDropout_{place + 1}_activation", "Relu", [flow]
            )
            sizes = (*((size - kernel_px) // stride + 1 for size in sizes[:2]), filters)  # type: ignore[assignment]
            place += 2
        for units in dense:
            flow = self._tensordot(f"{scope}/Dense_{place}", flow, sizes[2], units)
            flow = to.node(
                f"{scope}/BatchnormActivationDropout_{place + 1}_activation", "Relu", [flow]
            )
            sizes = (sizes[0], sizes[1], units)
            place += 2
        self._flat = int(np.prod(sizes))
        return self._flattened(f"{scope}/Flatten/flatten", flow)

    def _tensordot(self, called: str, flow: str, before: int, units: int) -> str:
        """As tf.layers.dense lays it out where its input is still a picture of unknown batch."""
        kernel, bias = self._variables(called, (before, units))
        to, scope = self.writer, f"{called}/Tensordot"
        to.node(f"{scope}/Shape", "Shape", [flow])
        free, axes = to.ints(f"{scope}/free", [0, 1, 2]), to.ints(f"{scope}/axes", [3])
        zero = to.ints(f"{scope}/GatherV2/axis", 0)
        to.node(f"{scope}/GatherV2", "GatherV2", [f"{scope}/Shape", free, zero])
        to.node(f"{scope}/GatherV2_1", "GatherV2", [f"{scope}/Shape", axes, zero])
        over = to.ints(f"{scope}/Const", [0])
        to.node(f"{scope}/Prod", "Prod", [f"{scope}/GatherV2", over], keep_dims=False)
        to.node(f"{scope}/Prod_1", "Prod", [f"{scope}/GatherV2_1", over], keep_dims=False)
        to.node(f"{scope}/concat", "ConcatV2", [free, axes, zero])
        to.node(f"{scope}/stack", "Pack", [f"{scope}/Prod", f"{scope}/Prod_1"], axis=0)
        to.node(f"{scope}/transpose", "Transpose", [flow, f"{scope}/concat"])
        to.node(f"{scope}/Reshape", "Reshape", [f"{scope}/transpose", f"{scope}/stack"])
        order = to.ints(f"{scope}/transpose_1/perm", [0, 1])
        to.node(f"{scope}/transpose_1", "Transpose", [kernel, order])
        shape = to.ints(f"{scope}/Reshape_1/shape", [before, units])
        to.node(f"{scope}/Reshape_1", "Reshape", [f"{scope}/transpose_1", shape])
        to.node(f"{scope}/MatMul", "MatMul", [f"{scope}/Reshape", f"{scope}/Reshape_1"])
        width = to.ints(f"{scope}/Const_2", [units])
        to.node(f"{scope}/concat_1", "ConcatV2", [f"{scope}/GatherV2", width, zero])
        to.node(scope, "Reshape", [f"{scope}/MatMul", f"{scope}/concat_1"])
        return to.node(f"{called}/BiasAdd", "BiasAdd", [scope, bias], data_format="NHWC")

    def _flattened(self, scope: str, flow: str) -> str:
        to = self.writer
        to.node(f"{scope}/Shape", "Shape", [flow])
        ends = [to.ints(f"{scope}/strided_slice/stack{tail}", [value]) for tail, value in _FIRST]
        to.node(
            f"{scope}/strided_slice", "StridedSlice", [f"{scope}/Shape", *ends], shrink_axis_mask=1
        )
        rest = to.ints(f"{scope}/Reshape/shape/1", -1)
        to.node(f"{scope}/Reshape/shape", "Pack", [f"{scope}/strided_slice", rest], axis=0)
        return to.node(f"{scope}/Reshape", "Reshape", [flow, f"{scope}/Reshape/shape"])

    def _middleware(self, flow: str) -> str:
        scope = f"{self._network}/middleware_fc_embedder"
        width = self._flat
        for place, units in enumerate(self.layers[2]):
            flow = self._dense(f"{scope}/Dense_{2 * place}", flow, width, units)
            name = f"{scope}/BatchnormActivationDropout_{2 * place + 1}_activation"
            flow = self.writer.node(name, "Relu", [flow])
            width = units
        self._width = width
        return flow

    def _rescaled(self, flow: str) -> str:
        """The head's gradient is scaled: what goes forward is 1·x + (1 − 1)·x."""
        to, scope = self.writer, self._network
        share = to.const(f"{scope}/gradients_from_head_0-0_rescalers", 1.0)
        left = to.node(f"{scope}/sub", "Sub", [to.const(f"{scope}/sub/x", 1.0), f"{share}"])
        still = to.node(f"{scope}/StopGradient", "StopGradient", [flow])
        parts = [
            to.node(f"{scope}/mul", "Mul", [left, still]),
            to.node(f"{scope}/mul_1", "Mul", [share, flow]),
        ]
        return to.node(f"{scope}/add", "AddV2", parts)

    def _head(self, flow: str) -> None:
        to = self.writer
        if self.algorithm == "sac":
            scope = f"{self._network}/sac_policy_head_0"
            flow = self._dense(f"{scope}/dense", flow, self._width, 256)
            flow = to.node(f"{scope}/dense/Relu", "Relu", [flow])
            self._width = 256
        else:
            scope = f"{self._network}/ppo_head_0"
        last = "policy_fc" if self.head == "discrete" else "policy_mean"
        flow = self._dense(f"{scope}/{last}", flow, self._width, self.answers)
        to.node(f"{scope}/policy", "Softmax" if self.head == "discrete" else "Identity", [flow])

    def _dense(self, called: str, flow: str, before: int, units: int) -> str:
        kernel, bias = self._variables(called, (before, units))
        product = self.writer.node(f"{called}/MatMul", "MatMul", [flow, kernel], transpose_b=False)
        return self.writer.node(f"{called}/BiasAdd", "BiasAdd", [product, bias], data_format="NHWC")

    def _variables(self, called: str, shape: tuple[int, ...]) -> tuple[str, str]:
        """Add a layer's kernel and bias: frozen variables are constants that are read."""
        scale = np.sqrt(2 / np.prod(shape[:-1]))
        kernel = self._chance.standard_normal(shape, dtype=np.float32) * np.float32(scale)
        bias = self._chance.uniform(-0.1, 0.1, shape[-1]).astype(np.float32)
        self._weights.append((kernel, bias))
        read = []
        for word, values in (("kernel", kernel), ("bias", bias)):
            const = self.writer.const(f"{called}/{word}", values)
            read.append(self.writer.node(f"{called}/{word}/read", "Identity", [const]))
        return read[0], read[1]


_FIRST: tuple[tuple[str, int], ...] = (("", 0), ("_1", 1), ("_2", 1))


def _convolved(flow: Array, kernel: Array, bias: Array, size: int, stride: int) -> Array:
    """Add up the picture under each of the kernel's places."""
    rows, columns = ((side - size) // stride + 1 for side in flow.shape[1:3])
    total = np.zeros((1, rows, columns, kernel.shape[3])) + bias
    for row in range(size):
        for column in range(size):
            seen = flow[
                :, row : row + stride * rows : stride, column : column + stride * columns : stride
            ]
            total += seen @ kernel[row, column].astype(np.float64)
    return total


def tiny_network(answers: int = 3) -> DeepRacerGraph:
    """Return a whole network of a few thousand bytes."""
    return DeepRacerGraph((((4, 5, 2),), (), (8,)), answers=answers, size_px=(16, 20))


def metadata_for(graph: DeepRacerGraph, network: str) -> Mapping[str, object]:
    """Return what model_metadata.json says of a graph, but for its action space."""
    return {
        "sensor": [graph.sensor],
        "neural_network": network,
        "training_algorithm": graph.algorithm,
        "action_space_type": graph.head,
    }
