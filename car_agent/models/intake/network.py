"""Tells which network a model is from its layers alone; what people say of it is not asked.

The layer lists are facts of public projects: DeepRacer's from ``bundle/markov/sensors/utils.py``
(embedders) and ``bundle/markov/architecture/custom_architectures.py`` (``DEFAULT_MIDDLEWARE``,
``VGG_MIDDLEWARE``) of aws-deepracer-community/deepracer-simapp, the SAC head's layer of 256 from
``bundle/markov/multi_agent_coach``; Donkeycar's from ``donkeycar/parts/keras.py`` of
autorope/donkeycar.
"""

from dataclasses import dataclass

import onnx

#: Filters, kernel size, stride.
Convolution = tuple[int, int, int]

_SHALLOW: tuple[Convolution, ...] = ((32, 8, 4), (64, 4, 2), (64, 3, 1))
_NORMAL: tuple[Convolution, ...] = ((32, 5, 2), (32, 3, 1), (64, 3, 2), (64, 3, 1))
_DEEP: tuple[Convolution, ...] = ((32, 8, 4), (32, 4, 2), (64, 4, 2), (64, 3, 1))
_STEREO: tuple[Convolution, ...] = (
    (32, 3, 1),
    (64, 3, 2),
    (64, 3, 1),
    (128, 3, 2),
    (128, 3, 1),
)
_DONKEYCAR: tuple[Convolution, ...] = (
    (24, 5, 2),
    (32, 5, 2),
    (64, 5, 2),
    (64, 3, 1),
    (64, 3, 1),
)

_NAME = "DEEP_CONVOLUTIONAL_NETWORK"

#: Name, convolutions, dense layers up to the head.
KNOWN: tuple[tuple[str, tuple[Convolution, ...], tuple[int, ...]], ...] = (
    (f"{_NAME}_SHALLOW", _SHALLOW, (512,)),
    (_NAME, _NORMAL, (64, 512)),
    (f"{_NAME}_DEEP", _DEEP, (512, 512, 256, 128)),
    (_NAME, _STEREO, (512,)),
    (f"{_NAME}_DEEP", _STEREO, (256, 128)),
    ("Donkeycar linear", _DONKEYCAR, (100, 50)),
)


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers that have weights, in the graph's order."""

    convolutions: tuple[Convolution, ...]
    dense: tuple[int, ...]


def network_of(model: onnx.ModelProto) -> str:
    """Return the network's name, or its layers where it is none that is known."""
    layers = layers_of(model)
    for name, convolutions, dense in KNOWN:
        if layers.convolutions == convolutions and layers.dense[: len(dense)] == dense:
            return name
    shapes = ", ".join(f"{count}@{size}×{size}/{step}" for count, size, step in layers.convolutions)
    widths = ", ".join(str(width) for width in layers.dense)
    convolved = (
        f"{len(layers.convolutions)} convolutions ({shapes})" if shapes else "no convolution"
    )
    densed = f"{len(layers.dense)} dense layers ({widths})" if widths else "no dense layer"
    return f"{convolved}, {densed}"[:200]


def layers_of(model: onnx.ModelProto) -> Layers:
    """Return a graph's layers with weights."""
    shapes = {weight.name: tuple(weight.dims) for weight in model.graph.initializer}
    convolutions: list[Convolution] = []
    dense: list[int] = []
    for node in model.graph.node:
        weights = shapes.get(node.input[1]) if len(node.input) > 1 else None
        if weights is None:
            continue
        attributes = {attribute.name: attribute for attribute in node.attribute}
        if node.op_type == "Conv" and len(weights) == 4:
            strides = attributes.get("strides")
            convolutions.append((weights[0], weights[2], strides.ints[0] if strides else 1))
        elif node.op_type == "MatMul" and len(weights) == 2:
            dense.append(weights[1])
        elif node.op_type == "Gemm" and len(weights) == 2:
            turned = attributes.get("transB")
            dense.append(weights[0] if turned is not None and turned.i else weights[1])
    return Layers(tuple(convolutions), tuple(dense))
