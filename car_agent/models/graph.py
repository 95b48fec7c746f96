"""What an ONNX file says about itself, read without running it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Literal

import onnx
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]  # no stubs here

from car_agent.errors import ModelError
from car_agent.models.card import DEPTHS

_CHANNELS: dict[int, Literal["luma", "rgb", "stereo"]] = {1: "luma", 3: "rgb", 2: "stereo"}


@dataclass(frozen=True, slots=True)
class Sight:
    """How an input's numbers lie: told from its shape alone."""

    layout: Literal["NHWC", "NCHW"]
    height_px: int
    width_px: int
    channels: Literal["luma", "rgb", "stereo"]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """One input or output: ``dims`` in order, None where the size is left open."""

    name: str
    dtype: str
    dims: tuple[int | None, ...]

    def fits(self, shape: tuple[int, ...]) -> bool:
        """Say whether a tensor of ``shape`` may stand here; only the batch, first, may be open."""
        if len(self.dims) != len(shape):
            return False
        is_batch_right = self.dims[0] in {None, shape[0]}
        return is_batch_right and self.dims[1:] == shape[1:]

    def size(self) -> int | None:
        """How many numbers it has for a batch of one; None where a size is left open."""
        dims = (self.dims[0] or 1, *self.dims[1:]) if self.dims else ()
        known = [dim for dim in dims if dim is not None]
        return prod(known) if len(known) == len(dims) else None

    def sight(self) -> Sight | None:
        """Tell layout, size and planes of a picture input; None where it is no picture.

        A picture has one to three planes and more pixels than that either way, so that the place
        of the small number says which layout it is.
        """
        if len(self.dims) != 4:
            return None
        _, first, second, third = self.dims
        if first is None or second is None or third is None:
            return None
        if third in _CHANNELS and first not in DEPTHS.values():
            return Sight("NHWC", first, second, _CHANNELS[third])
        if first in _CHANNELS and third not in DEPTHS.values():
            return Sight("NCHW", second, third, _CHANNELS[first])
        return None

    def __str__(self) -> str:
        """As people write it: ``1×120×160×1 float32``; ``?`` for a size left open."""
        return f"{'×'.join('?' if dim is None else str(dim) for dim in self.dims)} {self.dtype}"


@dataclass(frozen=True, slots=True)
class GraphSummary:
    """What goes in, what comes out, what it is made of, and the file's own notes.

    ``last_operator`` is the one that makes the first output.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    operators: Mapping[str, int]
    notes: Mapping[str, str]
    last_operator: str


def parse_model(content: bytes, name: str) -> onnx.ModelProto:
    """Read an ONNX file's bytes; ``name`` is what error messages call it.

    Raises ModelError where the bytes are no ONNX model, or one whose weights lie in other files:
    those would make a model file read whatever it names.
    """
    try:
        model = onnx.load_model_from_string(content)
    except DecodeError as error:
        raise ModelError(f"{name} is not an ONNX model, or is cut off.") from error
    graph = model.graph
    if not model.ir_version or not graph.node or not graph.output:
        raise ModelError(f"{name} is not an ONNX model, or an empty one.")
    if any(tensor.data_location == onnx.TensorProto.EXTERNAL for tensor in _tensors(model)):
        raise ModelError(
            f"{name} keeps its weights in another file; export it as a single .onnx file."
        )
    return model


def summarize(model: onnx.ModelProto) -> GraphSummary:
    """Return what a model says about itself."""
    graph = model.graph
    weights = {weight.name for weight in graph.initializer}
    makers = {output: node.op_type for node in graph.node for output in node.output}
    return GraphSummary(
        inputs=tuple(_spec(value) for value in graph.input if value.name not in weights),
        outputs=tuple(_spec(value) for value in graph.output),
        operators=MappingProxyType(dict(Counter(node.op_type for node in graph.node))),
        notes=MappingProxyType({note.key: note.value for note in model.metadata_props}),
        last_operator=makers.get(graph.output[0].name, ""),
    )


def _tensors(message: Message) -> Iterator[onnx.TensorProto]:
    """Yield every tensor in a message, wherever it hides: weights, attributes, branches."""
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for part in (value,) if isinstance(value, Message) else value:
            if isinstance(part, onnx.TensorProto):
                yield part
            yield from _tensors(part)


def _spec(value: onnx.ValueInfoProto) -> TensorSpec:
    tensor = value.type.tensor_type
    dtype = "unknown"
    if tensor.elem_type in onnx.TensorProto.DataType.values():
        dtype = onnx.TensorProto.DataType.Name(tensor.elem_type).lower()
    dims = tuple(dim.dim_value if dim.dim_value > 0 else None for dim in tensor.shape.dim)
    # ONNX calls float32 plain FLOAT.
    return TensorSpec(value.name, "float32" if dtype == "float" else dtype, dims)
