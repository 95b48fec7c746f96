"""Begins a network with what a model has learnt: its weights, where it is the same network."""

import numpy as np
import torch
from onnx import numpy_helper

from car_agent.errors import CarSetupError
from car_agent.models.graph import parse_model
from car_agent.models.load import ModelFile
from car_agent.training.answers import Output
from car_agent.training.networks.export import Weights, to_onnx
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Student


def begun_with(file: ModelFile, shape: NetworkShape, output: Output) -> Student:
    """Return a student of that shape that knows what a model has learnt.

    Raises CarSetupError where it is another network, has learnt in another way, or chooses from
    other actions: a model of AWS's, say, or one that somebody made by other means.
    """
    name = file.path.name
    if file.card.output != output:
        raise CarSetupError(
            f"{name} can't be trained on with these actions: it has learnt others. Take its own, "
            "or train without its weights."
        )
    graph = parse_model(file.content, name).graph
    weights: Weights = {
        each.name: np.asarray(numpy_helper.to_array(each), dtype=np.float32)
        for each in graph.initializer
    }
    student = Student(shape, file.card.answer_size)
    wanted = student.state_dict()
    found = {part: weights[part] for part in wanted if part in weights}
    is_alike = {part: value.shape for part, value in found.items()} == {
        part: tuple(value.shape) for part, value in wanted.items()
    }
    if not is_alike or not _is_drawn_alike(file, shape, found):
        raise CarSetupError(
            f"{name} can't be trained on: its weights aren't those of the network '{shape.name}' "
            f"as {'SAC' if shape.is_squashed else 'PPO'} trains it here. Train without them, or "
            "choose the network and the algorithm by which it was made."
        )
    student.load_state_dict({part: torch.from_numpy(found[part].copy()) for part in wanted})
    student.eval()
    return student


def _is_drawn_alike(file: ModelFile, shape: NetworkShape, weights: Weights) -> bool:
    """Say whether the model does with its weights what this network would do."""
    own = parse_model(to_onnx(shape, weights, file.card), file.path.name).graph
    theirs = parse_model(file.content, file.path.name).graph
    return [each.SerializeToString() for each in own.node] == [
        each.SerializeToString() for each in theirs.node
    ]
