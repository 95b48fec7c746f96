"""How each operator of a frozen graph is drawn in ONNX.

A function gets the step and its inputs, and returns what the step gives; it raises ValueError where
the inputs don't fit the operator, or the operator is used in a way that isn't known.
"""

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np

from car_agent.models.frozen.drawing import Drawing, Value
from car_agent.models.frozen.nodes import Step
from car_agent.models.frozen.shaping import expanded, new_shape, squeezed

_EITHER_WAY = ("Add", "Mul", "Max", "Min")

Draw = Callable[[Drawing, Step, Sequence[Value]], Value]


def _same_value(_to: Drawing, _step: Step, inputs: Sequence[Value]) -> Value:
    return inputs[0]


def _pointwise(operator: str, **fixed: float) -> Draw:
    """Return how to draw an operator that treats every number alike, in whichever order."""

    def draw(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
        (value,) = inputs
        return _alike(to, step, value, operator, **fixed)

    return draw


def _alike(
    to: Drawing, step: Step, value: Value, operator: str, *more: str, **fixed: float
) -> Value:
    name = value.name or to.tensor(value, f"{step.name}/operand")
    made = to.node(operator, [name, *more], step.name, value.shape, **fixed)
    return Value(value.shape, made.name, is_planes_first=value.is_planes_first)


def _leaky(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    return _alike(to, step, inputs[0], "LeakyRelu", alpha=step.real("alpha", 0.2))


def _relu6(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    ends = [np.array(end, dtype=np.float32) for end in (0, 6)]
    names = [to.weight(f"{step.name}/end", end) for end in ends]
    return _alike(to, step, inputs[0], "Clip", *names)


def _between(operator: str, neutral: float | None = None) -> Draw:
    """Return how to draw an operator on two values of which one may be stretched.

    One number that is ``neutral`` on the right leaves the other value as it is: rl_coach's
    networks are full of minus zero and times one.
    """

    def draw(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
        left, right = inputs
        if operator in _EITHER_WAY and left.known is not None:
            left, right = right, left
        factor = _single(right)
        if operator == "Add" and right.known is not None and not right.known.any():
            factor = 0.0 if right.shape == left.shape else factor
        if factor is not None and factor == neutral:
            return left
        if factor == 0 and operator == "Mul":
            return Value(left.shape, known=np.zeros(left.shape, dtype=np.float32))
        wide = np.broadcast_shapes(left.shape, right.shape)
        names = [to.tensor(each, f"{step.name}/operand") for each in (left, right)]
        return to.node(operator, names, step.name, wide)

    return draw


def _single(value: Value) -> float | None:
    """Return a value that is one number and known, else None."""
    is_one = value.known is not None and value.known.size == 1 and len(value.shape) <= 1
    return float(value.known.reshape(-1)[0]) if is_one and value.known is not None else None


def _biased(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    value, bias = inputs
    if step.text("data_format", "NHWC") != "NHWC" or bias.shape != value.shape[-1:]:
        raise ValueError("a bias that doesn't fit the planes")
    if bias.known is not None and to.take_bias(value, f"{step.name}/bias", bias.known):
        return value
    return _between("Add")(to, step, inputs)


def _convolved(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    picture, kernel = inputs
    if step.text("data_format", "NHWC") != "NHWC" or kernel.known is None:
        raise ValueError("channels first, or a kernel that isn't known")
    if set(step.numbers("dilations", (1,))) != {1}:
        raise ValueError("a dilated convolution")
    _, height, width, planes = picture.shape
    rows, columns, deep, filters = kernel.known.shape
    _, down, across, _ = step.numbers("strides", (1, 1, 1, 1))
    if deep != planes or min(down, across) < 1:
        raise ValueError("a kernel that doesn't fit the planes")
    padding = step.text("padding", "VALID")
    top, bottom = _pads(padding, height, rows, down)
    left, right = _pads(padding, width, columns, across)
    size = (
        (height + top + bottom - rows) // down + 1,
        (width + left + right - columns) // across + 1,
    )
    if min(size) < 1:
        raise ValueError("a kernel that is larger than the picture")
    # TensorFlow: row, column, plane, filter. ONNX: filter, plane, row, column.
    turned = to.weight(f"{step.name}/kernel", kernel.known.transpose(3, 2, 0, 1))
    made = to.node(
        "Conv",
        [to.planes_first(picture, step.name), turned],
        step.name,
        (1, *size, filters),
        strides=[down, across],
        pads=[top, left, bottom, right],
    )
    to.leave_open(made)
    return Value(made.shape, made.name, is_planes_first=True)


def _pads(padding: str, size: int, kernel: int, stride: int) -> tuple[int, int]:
    if padding == "VALID":
        return 0, 0
    if padding != "SAME":
        raise ValueError("another padding than VALID and SAME")
    needed = max(0, (ceil(size / stride) - 1) * stride + kernel - size)
    return needed // 2, needed - needed // 2


def _multiplied(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    left, right = inputs
    if right.known is None or step.number("transpose_a"):
        raise ValueError("weights that aren't known, or a picture laid on its side")
    weights = right.known.T if step.number("transpose_b") else right.known
    if left.shape[-1] != weights.shape[0]:
        raise ValueError("weights that don't fit")
    called = to.weight(f"{step.name}/weights", weights)
    names = [to.tensor(left, step.name), called]
    return to.node("MatMul", names, step.name, (left.shape[0], weights.shape[1]))


def _reshaped(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    value, wanted = inputs
    if wanted.known is None:
        raise ValueError("a shape that isn't known")
    return _laid_out(to, step, value, new_shape(value.shape, wanted.known))


def _squeezed(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    return _laid_out(to, step, inputs[0], squeezed(step, inputs[0].shape))


def _expanded(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    value, axis = inputs
    if axis.known is None:
        raise ValueError("an axis that isn't known")
    return _laid_out(to, step, value, expanded(value.shape, axis.known))


def _laid_out(to: Drawing, step: Step, value: Value, sizes: tuple[int, ...]) -> Value:
    if sizes == value.shape:
        return value
    wanted = to.weight(f"{step.name}/shape", np.array(sizes, dtype=np.int64))
    names = [to.tensor(value, step.name), wanted]
    return to.node("Reshape", names, step.name, sizes)


def _turned(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    value, order = inputs
    if order.known is None:
        raise ValueError("an order that isn't known")
    axes = [int(axis) for axis in order.known]
    if axes == list(range(len(value.shape))):
        return value
    sizes = tuple(value.shape[axis] for axis in axes)
    name = to.tensor(value, step.name)
    return to.node("Transpose", [name], step.name, sizes, perm=axes)


def _joined(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    *parts, axis = inputs
    if axis.known is None:
        raise ValueError("an axis that isn't known")
    place = int(axis.known) % len(parts[0].shape)
    sizes = list(parts[0].shape)
    sizes[place] = sum(part.shape[place] for part in parts)
    names = [to.tensor(part, f"{step.name}/part") for part in parts]
    return to.node("Concat", names, step.name, tuple(sizes), axis=place)


def _normalised(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    value, *rest = inputs
    if step.number("is_training", 1) or step.text("data_format", "NHWC") != "NHWC":
        raise ValueError("a batch normalisation that still learns, or channels first")
    names = [to.planes_first(value, step.name)]
    names += [to.tensor(each, f"{step.name}/statistic") for each in rest]
    epsilon = step.real("epsilon", 1e-4)
    made = to.node("BatchNormalization", names, step.name, value.shape, epsilon=epsilon)
    return Value(made.shape, made.name, is_planes_first=True)


def _chosen(to: Drawing, step: Step, inputs: Sequence[Value]) -> Value:
    value = inputs[0]
    name = to.tensor(value, step.name)
    return to.node("Softmax", [name], step.name, value.shape, axis=-1)


DRAWN: dict[str, Draw] = {
    "Identity": _same_value,
    "StopGradient": _same_value,
    "Conv2D": _convolved,
    "BiasAdd": _biased,
    "MatMul": _multiplied,
    "FusedBatchNorm": _normalised,
    "FusedBatchNormV2": _normalised,
    "FusedBatchNormV3": _normalised,
    "Add": _between("Add", 0),
    "AddV2": _between("Add", 0),
    "Sub": _between("Sub", 0),
    "Mul": _between("Mul", 1),
    "RealDiv": _between("Div", 1),
    "Maximum": _between("Max"),
    "Minimum": _between("Min"),
    "Relu": _pointwise("Relu"),
    "Relu6": _relu6,
    "LeakyRelu": _leaky,
    "Elu": _pointwise("Elu"),
    "Selu": _pointwise("Selu"),
    "Tanh": _pointwise("Tanh"),
    "Sigmoid": _pointwise("Sigmoid"),
    "Softmax": _chosen,
    "Reshape": _reshaped,
    "Squeeze": _squeezed,
    "ExpandDims": _expanded,
    "Transpose": _turned,
    "ConcatV2": _joined,
}
