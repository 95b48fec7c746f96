"""Going on with what a model has learnt: its weights to the bit, or one sentence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from car_agent.errors import CarSetupError
from car_agent.models.card import ContinuousOutput
from car_agent.models.load import ModelFile, read_content, read_model
from car_agent.models.papers import Papers
from car_agent.training.networks.shapes import CLASSIC, SMALL, NetworkShape

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
actions = pytest.importorskip("car_agent.training.reinforcement.actions")
answers = pytest.importorskip("car_agent.training.answers")
beginning = pytest.importorskip("car_agent.training.networks.beginning")
export = pytest.importorskip("car_agent.training.networks.export")
student = pytest.importorskip("car_agent.training.networks.student")

LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"
LIST = actions.USUAL_ACTIONS
RANGES = ContinuousOutput(
    steering_low_deg=-30, steering_high_deg=30, speed_low_mps=0.5, speed_high_mps=2.0
)


def made(shape: NetworkShape, output: Any, kind: str = "paddock") -> ModelFile:
    """Return the file of a network that knows something."""
    student.be_repeatable(3)
    card = answers.card_for(kind, shape, output, "parent", "a test")
    network = student.Student(shape, card.answer_size)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    return read_content(export.to_onnx(shape, weights, card), Papers(), Path("parent.onnx"))


@pytest.mark.parametrize(
    ("shape", "output", "kind"),
    [
        (SMALL, LIST, "paddock"),
        (CLASSIC, LIST, "paddock"),
        (SMALL, RANGES, "paddock"),
        (replace(SMALL, is_squashed=True), RANGES, "paddock"),
        (SMALL, LIST, "deepracer"),
    ],
)
def test_all_that_it_knew_is_known(shape: NetworkShape, output: Any, kind: str) -> None:
    """It should be the same network, to the bit, in either shape of a file."""
    file = made(shape, output, kind)
    found = beginning.begun_with(file, shape, output).state_dict()
    student.be_repeatable(3)
    for name, value in student.Student(shape, file.card.answer_size).state_dict().items():
        assert torch.equal(found[name], value), name


@pytest.mark.parametrize(
    ("shape", "output"), [(CLASSIC, LIST), (replace(SMALL, is_squashed=True), RANGES)]
)
def test_another_network_is_refused(shape: NetworkShape, output: Any) -> None:
    """It should not take numbers over that mean something else, and say what to choose."""
    file = made(SMALL, output)
    with pytest.raises(CarSetupError, match=r"^parent\.onnx can't be trained on: its weights"):
        beginning.begun_with(file, shape, output)


def test_other_actions_are_refused() -> None:
    """It should not let an answer mean another action than the one that was learnt."""
    with pytest.raises(CarSetupError, match="with these actions: it has learnt others"):
        beginning.begun_with(made(SMALL, LIST), SMALL, RANGES)


def test_a_model_of_the_library_can_be_trained_on() -> None:
    """It should take what was made by cloning as well: it is the same network."""
    file = read_model(LIBRARY / "balanced.onnx")
    assert beginning.begun_with(file, SMALL, file.card.output).shape == SMALL
