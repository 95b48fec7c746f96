"""The numbers of a frozen graph's constants, as numpy arrays that view the file's own bytes."""

from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from car_agent.errors import ModelError
from car_agent.models.rules import MAX_NUMBERS

Array = npt.NDArray[Any]

#: TensorFlow's number of a type, and where its values stand when they aren't packed as bytes.
_TYPES: dict[int, tuple[type[np.generic], str]] = {
    1: (np.float32, "float_val"),
    2: (np.float64, "double_val"),
    3: (np.int32, "int_val"),
    4: (np.uint8, "int_val"),
    9: (np.int64, "int64_val"),
    10: (np.bool_, "bool_val"),
    19: (np.float16, "half_val"),
}
FLOAT = 1


def decode(tensor: Any, called: str) -> Array:
    """Return a tensor's values; ``called`` is the constant's name, for messages.

    Raises ModelError where its type is unknown, its size is too large, or it is cut off.
    """
    kind = _TYPES.get(tensor.dtype)
    if kind is None:
        raise ModelError(f"The constant '{called}' has a type that is unknown ({tensor.dtype}).")
    dtype, field = kind
    shape = tuple(dim.size for dim in tensor.tensor_shape.dim)
    if tensor.tensor_shape.unknown_rank or any(size < 0 for size in shape):
        raise ModelError(f"The constant '{called}' doesn't say how large it is.")
    if prod(shape) > MAX_NUMBERS:
        raise ModelError(f"The constant '{called}' is larger than a car's model may be.")
    packed = tensor.tensor_content
    values = np.frombuffer(packed, dtype) if packed else _spelt_out(tensor, dtype, field)
    # As TensorFlow does it: fewer values than fit mean that the last one repeats.
    if values.size not in {0, prod(shape)} and not packed and values.size < prod(shape):
        values = np.concatenate([values, np.full(prod(shape) - values.size, values[-1])])
    if values.size != prod(shape):
        raise ModelError(f"The constant '{called}' is broken or cut off.")
    return values.reshape(shape)


def _spelt_out(tensor: Any, dtype: type[np.generic], field: str) -> Array:
    values = list(getattr(tensor, field))
    if dtype is np.float16:
        return np.array(values, dtype=np.uint16).view(np.float16)
    return np.array(values, dtype=dtype)
