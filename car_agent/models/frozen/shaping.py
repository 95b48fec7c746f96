"""The operators that work out shapes: by numpy, on values that are known beforehand.

Between its layers a frozen graph asks for the picture's shape, takes it apart and puts it together
again, since it was built for batches of any size. A car gives a batch of one, so that all of this
is known when the model is brought, and none of it is in the ONNX file.
"""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np

from car_agent.errors import ModelError
from car_agent.models.frozen.constants import Array
from car_agent.models.frozen.nodes import Step
from car_agent.models.rules import MAX_NUMBERS

Shaping = Callable[[Step, Sequence[Array]], Array]


def shape(step: Step, inputs: Sequence[Array]) -> Array:
    """Apply one of ``SHAPING`` to known values.

    Raises ModelError where they don't fit, or get larger than a model may be.
    """
    broadest = prod(np.broadcast_shapes(*_ends(inputs))) if step.op in _BROADCASTING else 0
    if max([broadest, *(each.size for each in inputs)]) > MAX_NUMBERS:
        raise ModelError(f"'{step.name}' ({step.op}) gets larger than a car's model may be.")
    return SHAPING[step.op](step, inputs)


def new_shape(old: tuple[int, ...], wanted: Array) -> tuple[int, ...]:
    """Return the shape that Reshape gives: one size may be −1, which is what is left.

    Raises ValueError where it can't be.
    """
    sizes = [int(size) for size in wanted.reshape(-1)]
    known = prod(size for size in sizes if size != -1)
    if sizes.count(-1) == 1 and known > 0 and prod(old) % known == 0:
        sizes[sizes.index(-1)] = prod(old) // known
    if min(sizes, default=1) < 0 or prod(sizes) != prod(old):
        raise ValueError(f"{old} can't become {sizes}")
    return tuple(sizes)


def squeezed(step: Step, old: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape without the axes of size one that Squeeze names, or without all of them."""
    ones = {axis for axis, size in enumerate(old) if size == 1}
    named = {axis % len(old) for axis in step.numbers("squeeze_dims", ())} or ones
    if not named <= ones:
        raise ValueError(f"{old} has another size than one at {sorted(named - ones)}")
    return tuple(size for axis, size in enumerate(old) if axis not in named)


def expanded(old: tuple[int, ...], axis: Array) -> tuple[int, ...]:
    """Return the shape with an axis of size one more."""
    place = int(axis.reshape(-1)[0]) % (len(old) + 1)
    return (*old[:place], 1, *old[place:])


def _ends(inputs: Sequence[Array]) -> list[tuple[int, ...]]:
    return [each.shape for each in inputs]


def _strided_slice(step: Step, inputs: Sequence[Array]) -> Array:
    values, begin, end, strides = inputs
    if step.number("ellipsis_mask") or step.number("new_axis_mask"):
        raise ValueError("an ellipsis or a new axis in StridedSlice")
    begins, ends = step.number("begin_mask"), step.number("end_mask")
    shrinks = step.number("shrink_axis_mask")
    places: list[int | slice] = []
    for axis, (first, last, stride) in enumerate(zip(begin, end, strides, strict=True)):
        bit = 1 << axis
        if shrinks & bit:
            places.append(int(first))
        else:
            start = None if begins & bit else int(first)
            places.append(slice(start, None if ends & bit else int(last), int(stride)))
    return np.asarray(values[tuple(places)])


def _slice(_step: Step, inputs: Sequence[Array]) -> Array:
    values, begin, size = inputs
    places = [
        slice(int(first), None if count == -1 else int(first) + int(count))
        for first, count in zip(begin, size, strict=True)
    ]
    return np.asarray(values[tuple(places)])


def _gather(step: Step, inputs: Sequence[Array]) -> Array:
    axis = int(inputs[2]) if len(inputs) > 2 else 0
    if step.number("batch_dims"):
        raise ValueError("batch_dims in Gather")
    return np.asarray(np.take(inputs[0], inputs[1], axis=axis))


def _product(step: Step, inputs: Sequence[Array]) -> Array:
    axes = tuple(int(axis) for axis in inputs[1].reshape(-1))
    keeps = bool(step.number("keep_dims"))
    return np.asarray(np.prod(inputs[0], axis=axes, keepdims=keeps, dtype=inputs[0].dtype))


def _concat(_step: Step, inputs: Sequence[Array]) -> Array:
    return np.concatenate(list(inputs[:-1]), axis=int(inputs[-1]))


def _pack(step: Step, inputs: Sequence[Array]) -> Array:
    return np.stack(list(inputs), axis=step.number("axis"))


def _cast(step: Step, inputs: Sequence[Array]) -> Array:
    kinds = {1: np.float32, 3: np.int32, 9: np.int64}
    wanted = step.attributes.get("DstT")
    if wanted is None or wanted.type not in kinds:
        raise ValueError("a Cast to a type that is unknown")
    return np.asarray(inputs[0].astype(kinds[wanted.type]))


SHAPING: dict[str, Shaping] = {
    "Identity": lambda _step, inputs: inputs[0],
    "StopGradient": lambda _step, inputs: inputs[0],
    "Shape": lambda _step, inputs: np.array(inputs[0].shape, dtype=np.int32),
    "StridedSlice": _strided_slice,
    "Slice": _slice,
    "Pack": _pack,
    "ConcatV2": _concat,
    "Gather": _gather,
    "GatherV2": _gather,
    "Prod": _product,
    "Cast": _cast,
    "Reshape": lambda _step, inputs: inputs[0].reshape(new_shape(inputs[0].shape, inputs[1])),
    "Transpose": lambda _step, inputs: np.transpose(inputs[0], inputs[1]),
    "Squeeze": lambda step, inputs: inputs[0].reshape(squeezed(step, inputs[0].shape)),
    "ExpandDims": lambda _step, inputs: inputs[0].reshape(expanded(inputs[0].shape, inputs[1])),
    "Add": lambda _step, inputs: np.asarray(inputs[0] + inputs[1]),
    "AddV2": lambda _step, inputs: np.asarray(inputs[0] + inputs[1]),
    "Sub": lambda _step, inputs: np.asarray(inputs[0] - inputs[1]),
    "Mul": lambda _step, inputs: np.asarray(inputs[0] * inputs[1]),
}
_BROADCASTING = ("Add", "AddV2", "Sub", "Mul")
