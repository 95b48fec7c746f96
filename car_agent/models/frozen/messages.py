"""TensorFlow's GraphDef as protobuf messages, built here from the public field numbers.

Only the fields that a frozen graph needs are named; protobuf skips the others. The numbers are
facts of tensorflow/tensorflow, folder ``tensorflow/core/framework``: ``graph.proto``,
``node_def.proto``, ``attr_value.proto``, ``tensor.proto``, ``tensor_shape.proto``, ``types.proto``.
Descriptors built in code need no generated file, and a pool of their own lets TensorFlow be in the
same process. The parser is protobuf's own, which was made to meet strangers' bytes.
"""

from typing import Any

from google.protobuf import (  # type: ignore[import-untyped]  # no stubs here
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # likewise

from car_agent.errors import ModelError

_FieldType = descriptor_pb2.FieldDescriptorProto
_TYPES = {
    "bool": _FieldType.TYPE_BOOL,
    "bytes": _FieldType.TYPE_BYTES,
    "double": _FieldType.TYPE_DOUBLE,
    "float": _FieldType.TYPE_FLOAT,
    # Enums and numbers look the same on the wire; the few values that count are named in constants.
    "int32": _FieldType.TYPE_INT32,
    "int64": _FieldType.TYPE_INT64,
    "string": _FieldType.TYPE_STRING,
}

#: Message, then field: number, type (a message's name in capitals), and whether it repeats.
_FIELDS: dict[str, dict[str, tuple[int, str, bool]]] = {
    "Dim": {"size": (1, "int64", False)},
    "Shape": {"dim": (2, "Dim", True), "unknown_rank": (3, "bool", False)},
    "Tensor": {
        "dtype": (1, "int32", False),
        "tensor_shape": (2, "Shape", False),
        "tensor_content": (4, "bytes", False),
        "float_val": (5, "float", True),
        "double_val": (6, "double", True),
        "int_val": (7, "int32", True),
        "int64_val": (10, "int64", True),
        "bool_val": (11, "bool", True),
        "half_val": (13, "int32", True),
    },
    "ListValue": {"i": (3, "int64", True)},
    "AttrValue": {
        "list": (1, "ListValue", False),
        "s": (2, "bytes", False),
        "i": (3, "int64", False),
        "f": (4, "float", False),
        "b": (5, "bool", False),
        "type": (6, "int32", False),
        "shape": (7, "Shape", False),
        "tensor": (8, "Tensor", False),
    },
    # A map on the wire is a list of pairs.
    "AttrEntry": {"key": (1, "string", False), "value": (2, "AttrValue", False)},
    "NodeDef": {
        "name": (1, "string", False),
        "op": (2, "string", False),
        "input": (3, "string", True),
        "attr": (5, "AttrEntry", True),
    },
    "GraphDef": {"node": (1, "NodeDef", True)},
}


def _message_classes() -> dict[str, Any]:
    package = "paddock.tensorflow"
    file = descriptor_pb2.FileDescriptorProto(
        name="paddock/frozen_graph.proto", package=package, syntax="proto3"
    )
    for message_name, fields in _FIELDS.items():
        message = file.message_type.add(name=message_name)
        for field_name, (number, kind, repeats) in fields.items():
            field = message.field.add(name=field_name, number=number)
            field.label = _FieldType.LABEL_REPEATED if repeats else _FieldType.LABEL_OPTIONAL
            if kind in _TYPES:
                field.type = _TYPES[kind]
            else:
                field.type = _FieldType.TYPE_MESSAGE
                field.type_name = f".{package}.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}"))
        for name in _FIELDS
    }


#: The message classes by name; tests write graphs with them.
MESSAGES = _message_classes()


def parse_graph(content: bytes, name: str) -> Any:
    """Read a GraphDef's bytes; ``name`` is what error messages call the file.

    Raises ModelError where the bytes are none.
    """
    try:
        graph = MESSAGES["GraphDef"].FromString(content)
    except DecodeError as error:
        raise ModelError(f"{name} is no frozen TensorFlow graph, or is cut off.") from error
    if not any(node.op for node in graph.node):
        raise ModelError(f"{name} is no frozen TensorFlow graph, or an empty one.")
    return graph
