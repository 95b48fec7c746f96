"""A frozen graph as a list of steps in the order in which they run, from picture to policy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from car_agent.errors import ModelError
from car_agent.models.frozen.constants import FLOAT, Array, decode
from car_agent.models.rules import MAX_NODES

#: The policy's tensor, whatever the agent is called: ``FROZEN_HEAD_OUTPUT_GRAPH_FORMAT_MAPPING`` in
#: ``bundle/markov/boto/s3/constants.py`` of aws-deepracer-community/deepracer-simapp.
_POLICY = re.compile(r"(^|/)(ppo|sac_policy)_head_\d+/policy$")
_LIDAR = re.compile(r"LIDAR", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """One node: ``inputs`` are the names of the steps whose first output it takes."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    @cached_property
    def value(self) -> Array:
        """A constant's numbers. Raises ModelError where they are broken."""
        if "value" not in self.attributes:
            raise ModelError(f"The constant '{self.name}' has no value.")
        return decode(self.attributes["value"].tensor, self.name)

    def text(self, attribute: str, default: str) -> str:
        """Return an attribute that is a word."""
        found = self.attributes.get(attribute)
        return default if found is None else bytes(found.s).decode("utf-8", "replace")

    def numbers(self, attribute: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Return an attribute that is a list of integers."""
        found = self.attributes.get(attribute)
        return default if found is None or not found.list.i else tuple(found.list.i)

    def number(self, attribute: str, default: int = 0) -> int:
        """Return an attribute that is an integer or a yes or no (1 or 0)."""
        found = self.attributes.get(attribute)
        return default if found is None else int(found.i or found.b)

    def real(self, attribute: str, default: float) -> float:
        """Return an attribute that is a real number."""
        found = self.attributes.get(attribute)
        return default if found is None else float(found.f)


@dataclass(frozen=True, slots=True)
class FrozenGraph:
    """The steps that the policy needs, each after those it takes from."""

    steps: tuple[Step, ...]
    picture: Step
    #: Height, width and planes of the picture.
    picture_shape: tuple[int, int, int]
    policy: Step


def read_steps(graph: Any, name: str) -> FrozenGraph:
    """Find the policy and what it needs; ``name`` is what error messages call the file.

    Raises ModelError where there is no policy, no picture, or another sensor than a camera.
    """
    if len(graph.node) > 10 * MAX_NODES:
        raise ModelError(f"{name} has more than {10 * MAX_NODES} nodes.")
    found: dict[str, Step] = {}
    for node in graph.node:
        if node.name in found:
            raise ModelError(f"{name} has two nodes that are called '{node.name[:80]}'.")
        found[node.name] = _step(node, name)
    policy = _policy(found, name)
    steps = _in_order(found, policy, name)
    pictures = [step for step in steps if step.op == "Placeholder"]
    lidars = [step.name for step in pictures if _LIDAR.search(step.name)]
    if lidars:
        sensor = lidars[0].rpartition("/")[2]
        raise ModelError(f"{name} wants {sensor}, and no car here has a lidar.")
    if len(pictures) != 1:
        raise ModelError(f"{name} has {len(pictures)} inputs; a car gives it one picture.")
    return FrozenGraph(steps, pictures[0], _picture_shape(pictures[0], name), policy)


def _step(node: Any, name: str) -> Step:
    inputs = []
    # A name behind ^ only says what must have run before.
    for place in (place for place in node.input if not place.startswith("^")):
        source, _, port = place.partition(":")
        if port not in {"", "0"}:
            raise ModelError(
                f"{name}: '{node.name[:80]}' takes another output of '{source[:80]}' than its "
                "first, which isn't known here."
            )
        inputs.append(source)
    attributes = {entry.key: entry.value for entry in node.attr}
    return Step(node.name, node.op, tuple(inputs), attributes)


def _policy(found: Mapping[str, Step], name: str) -> Step:
    named = [step for step in found.values() if _POLICY.search(step.name)]
    if len(named) > 1:
        # A graph that wasn't pruned has the network of the last update beside the one that drives.
        named = [step for step in named if "/online/" in step.name]
    if len(named) == 1:
        return named[0]
    taken = {source for step in found.values() for source in step.inputs}
    ends = [step for step in found.values() if step.name not in taken and step.op != "NoOp"]
    if named or len(ends) != 1:
        raise ModelError(
            f"{name} doesn't show which tensor is its policy: DeepRacer calls it "
            "ppo_head_0/policy or sac_policy_head_0/policy."
        )
    return ends[0]


def _in_order(found: Mapping[str, Step], policy: Step, name: str) -> tuple[Step, ...]:
    """Return what the policy needs, each step after its inputs; not recursive: graphs are deep."""
    ordered: dict[str, Step] = {}
    under_way: set[str] = set()
    waiting = [policy.name]
    while waiting:
        step = found.get(waiting[-1])
        if step is None:
            raise ModelError(f"{name} lacks the node '{waiting[-1][:80]}'.")
        missing = [source for source in step.inputs if source not in ordered]
        if step.name in ordered or not missing:
            ordered.setdefault(step.name, step)
            under_way.discard(waiting.pop())
            continue
        if step.name in under_way:
            raise ModelError(f"{name} runs in a circle at '{step.name[:80]}'.")
        under_way.add(step.name)
        waiting.extend(missing)
    return tuple(ordered.values())


def _picture_shape(step: Step, name: str) -> tuple[int, int, int]:
    shape = step.attributes.get("shape")
    sizes = [] if shape is None else [dim.size for dim in shape.shape.dim]
    dtype = step.attributes.get("dtype")
    if dtype is not None and dtype.type != FLOAT:
        raise ModelError(f"{name} takes a picture of another type than float32.")
    if len(sizes) != 4 or sizes[0] not in {-1, 1} or not all(0 < size < 4096 for size in sizes[1:]):
        raise ModelError(f"{name} takes no picture of fixed size (batch, height, width, planes).")
    return sizes[1], sizes[2], sizes[3]
