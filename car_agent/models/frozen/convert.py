"""Converts a frozen TensorFlow graph to ONNX, without TensorFlow.

Each step becomes the ONNX operator that computes the same, for a batch of one. What only works out
shapes is known beforehand and leaves nothing behind. Convolutions want the planes first in ONNX:
pictures are turned before the first and turned back before whatever looks at their order, such as
the flattening whose weights were trained channels last. An operator that isn't known is refused by
name: a model that is converted by guesswork would drive by guesswork.

Which operators occur follows from the layers that build the networks: rl_coach's
``architectures/tensorflow_components`` (layers, embedders, heads) in IntelLabs/coach, as
aws-deepracer-community/deepracer-simapp uses them.
"""

from collections import Counter

import numpy as np
import onnx

from car_agent.errors import ModelError
from car_agent.models.frozen.drawing import Drawing, Value
from car_agent.models.frozen.nodes import FrozenGraph, Step
from car_agent.models.frozen.operators import DRAWN
from car_agent.models.frozen.shaping import SHAPING, shape


def convert(graph: FrozenGraph, name: str) -> onnx.ModelProto:
    """Return the ONNX model of a frozen graph; ``name`` is what error messages call its file.

    Raises ModelError that names the first operator which isn't known or whose inputs don't fit.
    """
    unknown = Counter(step.op for step in graph.steps if not _is_known(step))
    if unknown:
        listed = ", ".join(f"{operator[:40]} ×{count}" for operator, count in unknown.items())
        raise ModelError(f"{name} can't be converted: it uses {listed[:300]}, unknown here.")
    converter = _Converter(graph)
    for step in graph.steps:
        try:
            converter.take(step)
        except ModelError as error:
            raise ModelError(f"{name}: {error}") from error
        except (ValueError, IndexError, TypeError, KeyError) as error:
            # What numpy and unpacking say where a step has other inputs than it should.
            raise ModelError(
                f"{name} can't be converted: {step.op} at '{step.name[:80]}' has inputs that "
                "don't fit."
            ) from error
    return converter.finished(name)


class _Converter:
    """Takes the steps in their order and draws the ONNX graph."""

    def __init__(self, graph: FrozenGraph) -> None:
        """Begin with the picture."""
        takers = Counter(source for step in graph.steps for source in step.inputs)
        self._drawing = Drawing({name for name, count in takers.items() if count == 1})
        self._graph = graph
        self._values: dict[str, Value] = {}
        self._picture = self._drawing.picture(graph.picture.name, (1, *graph.picture_shape))

    def take(self, step: Step) -> None:
        """Take the next step."""
        if step is self._graph.picture:
            self._values[step.name] = self._picture
            return
        if step.op == "Const":
            self._values[step.name] = Value(step.value.shape, known=step.value)
            return
        inputs = [self._values[source] for source in step.inputs]
        known = [value.known for value in inputs if value.known is not None]
        if step.op == "Shape":
            sizes = np.array(inputs[0].shape, dtype=np.int32)
            self._values[step.name] = Value(sizes.shape, known=sizes)
        elif step.op in SHAPING and len(known) == len(inputs):
            result = shape(step, known)
            self._values[step.name] = Value(result.shape, known=result)
        elif step.op in DRAWN:
            self._values[step.name] = DRAWN[step.op](self._drawing, step, inputs)
        else:
            raise ModelError(f"{step.op} at '{step.name[:80]}' works on the picture, unknown here.")

    def finished(self, name: str) -> onnx.ModelProto:
        """Return the model whose output is the policy. Raises ModelError where that is fixed."""
        policy = self._values[self._graph.policy.name]
        if policy.known is not None:
            raise ModelError(f"{name}: the policy doesn't depend on the picture.")
        plain = self._drawing.node(
            "Identity",
            [self._drawing.tensor(policy, "policy")],
            f"{self._graph.policy.name}:0",
            policy.shape,
        )
        return self._drawing.finished(self._picture, plain, "frozen graph")


def _is_known(step: Step) -> bool:
    return step.op in {"Placeholder", "Const"} or step.op in SHAPING or step.op in DRAWN
