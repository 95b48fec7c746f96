"""What a car's model may be made of: ONNX's own operators, no loops, and sizes known beforehand.

A file of 65 bytes can ask for gigabytes, and a loop can run for ever; both are seen here without
running anything. What gets past these rules still meets the limits of the process that tries it.
"""

from math import isnan, prod

import numpy as np
import onnx
from onnx import numpy_helper

from car_agent.errors import ModelError

#: One tensor's most numbers: 256 MiB of float32, over twice the largest layer of DeepRacer.
MAX_NUMBERS = 64 * 1024 * 1024
MAX_NODES = 10_000

#: Weights up to this size may be shapes, whose values say how large other tensors are.
_SHAPE_NUMBERS = 64

_STANDARD_DOMAINS = ("", "ai.onnx")
_BRANCHING = ("Loop", "If", "Scan", "SequenceMap")
_RANDOM = (
    "Bernoulli",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
)


def check_rules(model: onnx.ModelProto, name: str) -> None:
    """Hold a model against the rules; ``name`` is what error messages call it.

    Raises ModelError that names the first operator, weight or value which breaks one.
    """
    if model.functions or model.training_info:
        raise ModelError(f"{name} brings functions of its own; export it for inference, inlined.")
    if len(model.graph.node) > MAX_NODES:
        raise ModelError(f"{name} has more than {MAX_NODES} operators.")
    for node in model.graph.node:
        _check_operator(node, name)
    if model.graph.sparse_initializer:
        raise ModelError(f"{name} has sparse weights, which a car doesn't read; export dense ones.")
    for weight in model.graph.initializer:
        _check_weight(weight, name)


def _check_operator(node: onnx.NodeProto, name: str) -> None:
    operator = node.op_type[:80]
    has_branches = any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)
    if operator in _BRANCHING or has_branches:
        raise ModelError(
            f"{name} uses {operator}: how long it runs can't be known beforehand, so a car "
            "doesn't drive by it."
        )
    if operator in _RANDOM:
        raise ModelError(f"{name} uses {operator}, which answers differently each time.")
    if node.domain not in _STANDARD_DOMAINS:
        raise ModelError(
            f"{name} uses {operator} of the domain {node.domain[:80]!r}; only ONNX's own operators "
            "run on a car."
        )
    if not onnx.defs.has(operator):
        raise ModelError(f"{name} uses {operator!r}, which is no operator of ONNX.")
    for attribute in node.attribute:
        if any(map(isnan, (attribute.f, *attribute.floats))):
            raise ModelError(
                f"{name}: {operator} has a setting that is not a number; export it again."
            )
        for tensor in (*([attribute.t] if attribute.HasField("t") else []), *attribute.tensors):
            _check_weight(tensor, name)


def _check_weight(weight: onnx.TensorProto, name: str) -> None:
    """Raise ModelError where a weight is too large, cut off, or not a number."""
    called = weight.name[:80]
    if prod(weight.dims) > MAX_NUMBERS or any(dim < 0 for dim in weight.dims):
        raise ModelError(f"{name}: the weights '{called}' are larger than a car's may be.")
    if weight.data_type == onnx.TensorProto.STRING:
        raise ModelError(f"{name}: the weights '{called}' are words, not numbers.")
    try:
        values = numpy_helper.to_array(weight)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(f"{name}: the weights '{called}' are broken or cut off.") from error
    if np.issubdtype(values.dtype, np.floating) and np.isnan(values).any():
        raise ModelError(
            f"{name} has a weight that is not a number (in '{called}'); train or export it again."
        )


def check_sizes(model: onnx.ModelProto, name: str) -> None:
    """Raise ModelError where a value's size is too large or not known before the model runs.

    The picture's own size must be known already, but for a batch that is left open.
    """
    try:
        inferred = onnx.shape_inference.infer_shapes(
            _skeleton(model), strict_mode=True, data_prop=True
        )
    except (onnx.shape_inference.InferenceError, RuntimeError, ValueError) as error:
        raise ModelError(f"{name}: its operators don't fit together: {_reason(error)}.") from error
    known = {value.name: value for value in inferred.graph.value_info}
    known |= {value.name: value for value in inferred.graph.output}
    for node in model.graph.node:
        for output in filter(None, node.output):
            _check_size(known.get(output), node, output, name)


def _check_size(
    value: onnx.ValueInfoProto | None, node: onnx.NodeProto, output: str, name: str
) -> None:
    shape = value.type.tensor_type.shape if value is not None else None
    is_known = (
        value is not None
        and value.type.HasField("tensor_type")
        and value.type.tensor_type.HasField("shape")
        and all(dim.HasField("dim_value") for dim in value.type.tensor_type.shape.dim)
    )
    if shape is None or not is_known:
        raise ModelError(
            f"{name}: how large '{output[:80]}' of {node.op_type[:80]} gets is known only while it "
            "runs; export it for one picture of fixed size, with static shapes."
        )
    count = prod(dim.dim_value for dim in shape.dim)
    if count > MAX_NUMBERS:
        raise ModelError(
            f"{name}: {node.op_type[:80]} asks for {count:,} numbers at once ('{output[:80]}'); "
            f"{MAX_NUMBERS:,} are the most that a car's model may."
        )


def _skeleton(model: onnx.ModelProto) -> onnx.ModelProto:
    """Copy a model without its large weights and without what it claims about sizes inside.

    A batch that is left open becomes a batch of one, which is what a car gives.
    """
    graph = model.graph
    skeleton = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    skeleton.graph.name = graph.name or "graph"
    skeleton.graph.node.extend(graph.node)
    weights = {weight.name for weight in graph.initializer}
    for value in graph.input:
        if value.name in weights:
            continue
        copied = skeleton.graph.input.add()
        copied.CopyFrom(value)
        dims = copied.type.tensor_type.shape.dim
        if dims and dims[0].dim_value <= 0:
            dims[0].dim_value = 1
    for weight in graph.initializer:
        if prod(weight.dims) <= _SHAPE_NUMBERS:
            skeleton.graph.initializer.append(weight)
        else:
            skeleton.graph.input.append(
                onnx.helper.make_tensor_value_info(weight.name, weight.data_type, weight.dims)
            )
    for value in graph.output:
        kind = onnx.helper.make_tensor_type_proto(value.type.tensor_type.elem_type, None)
        skeleton.graph.output.append(onnx.helper.make_value_info(value.name, kind))
    return skeleton


def _reason(error: Exception) -> str:
    """Return the first line of a library's message, short enough to read in one go."""
    return str(error).strip().split("\n", 1)[0][:200].rstrip(". ")
