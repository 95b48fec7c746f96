"""Evaluates a frozen graph in numpy, to compare a converted model with.

It follows the frozen graph step by step in double precision, channels last as TensorFlow has them,
and shares no arithmetic with the converter or the runtime: what both agree on is what was trained.
"""

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from car_agent.errors import ModelError
from car_agent.models.frozen.constants import Array
from car_agent.models.frozen.nodes import FrozenGraph, Step
from car_agent.models.frozen.shaping import SHAPING, shape

Real = npt.NDArray[np.float64]
Arithmetic = Callable[[Step, Sequence[Array]], Array]

#: Rows of a weight matrix that are made double at a time; the largest has 112,000.
_ROWS = 8192


def evaluate(graph: FrozenGraph, picture: npt.NDArray[np.float32]) -> Real:
    """Return the policy's answer to one picture (1×height×width×planes).

    Raises ModelError where a step is unknown or its inputs don't fit.
    """
    values: dict[str, Array] = {}
    for step in graph.steps:
        inputs = [values[source] for source in step.inputs]
        if step is graph.picture:
            values[step.name] = picture.astype(np.float64)
        elif step.op == "Const":
            values[step.name] = step.value
        elif step.op in ARITHMETIC:
            values[step.name] = ARITHMETIC[step.op](step, inputs)
        elif step.op in SHAPING:
            values[step.name] = shape(step, inputs)
        else:
            raise ModelError(f"The operator {step.op} ('{step.name}') is unknown.")
    return np.asarray(values[graph.policy.name], dtype=np.float64)


def _convolve(step: Step, inputs: Sequence[Array]) -> Array:
    picture, kernel = inputs[0], inputs[1].astype(np.float64)
    _, down, across, _ = step.numbers("strides", (1, 1, 1, 1))
    if step.text("padding", "VALID") == "SAME":
        pads = [(0, 0), _same(picture, kernel, 0, down), _same(picture, kernel, 1, across), (0, 0)]
        picture = np.pad(picture, pads)
    windows = sliding_window_view(picture, kernel.shape[:2], axis=(1, 2))[:, ::down, ::across]
    # windows: batch, row, column, plane, kernel row, kernel column.
    return np.tensordot(windows, kernel, axes=([4, 5, 3], [0, 1, 2]))


def _same(picture: Array, kernel: Array, axis: int, stride: int) -> tuple[int, int]:
    """Return the padding with which every stride has a place; the odd one goes to the end."""
    size = picture.shape[axis + 1]
    needed = max(0, (ceil(size / stride) - 1) * stride + kernel.shape[axis] - size)
    return needed // 2, needed - needed // 2


def _multiply(step: Step, inputs: Sequence[Array]) -> Array:
    left = inputs[0].T if step.number("transpose_a") else inputs[0]
    right = inputs[1].T if step.number("transpose_b") else inputs[1]
    total = np.zeros((left.shape[0], right.shape[1]))
    for first in range(0, right.shape[0], _ROWS):
        rows = slice(first, first + _ROWS)
        total += left[:, rows].astype(np.float64) @ right[rows].astype(np.float64)
    return total


def _normalise(step: Step, inputs: Sequence[Array]) -> Array:
    values, scale, offset, mean, variance = (each.astype(np.float64) for each in inputs)
    deviation = np.sqrt(variance + step.real("epsilon", 1e-4))
    return np.asarray((values - mean) / deviation * scale + offset)


def _softmax(_step: Step, inputs: Sequence[Array]) -> Array:
    raised = np.exp(inputs[0] - inputs[0].max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def _elu(_step: Step, inputs: Sequence[Array]) -> Array:
    return np.where(inputs[0] > 0, inputs[0], np.expm1(np.minimum(inputs[0], 0)))


def _selu(step: Step, inputs: Sequence[Array]) -> Array:
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    positive = np.maximum(inputs[0], 0)
    return np.asarray(scale * (positive + np.minimum(_elu(step, inputs), 0) * alpha))


def _leaky(step: Step, inputs: Sequence[Array]) -> Array:
    return np.where(inputs[0] > 0, inputs[0], inputs[0] * step.real("alpha", 0.2))


ARITHMETIC: dict[str, Arithmetic] = {
    "Conv2D": _convolve,
    "MatMul": _multiply,
    "BiasAdd": lambda _step, inputs: np.asarray(inputs[0] + inputs[1]),
    "RealDiv": lambda _step, inputs: np.asarray(inputs[0] / inputs[1]),
    "Maximum": lambda _step, inputs: np.maximum(inputs[0], inputs[1]),
    "Minimum": lambda _step, inputs: np.minimum(inputs[0], inputs[1]),
    "FusedBatchNorm": _normalise,
    "FusedBatchNormV2": _normalise,
    "FusedBatchNormV3": _normalise,
    "Relu": lambda _step, inputs: np.maximum(inputs[0], 0),
    "Relu6": lambda _step, inputs: np.clip(inputs[0], 0, 6),
    "LeakyRelu": _leaky,
    "Elu": _elu,
    "Selu": _selu,
    "Tanh": lambda _step, inputs: np.tanh(inputs[0]),
    "Sigmoid": lambda _step, inputs: np.asarray(1 / (1 + np.exp(-inputs[0]))),
    "Softmax": _softmax,
}
