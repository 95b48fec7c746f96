"""Each way of learning alone, on the plainest track: these tests need what trains."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from car_agent.errors import CarSetupError
from car_agent.models.card import ContinuousOutput
from car_agent.training.networks.shapes import CLASSIC, SMALL, NetworkShape
from car_agent.training.rewards.process import read_reward
from hardware.virtual.world.designs import track_named
from timing_server.contract.workshop import Algorithm

pytestmark = pytest.mark.train
torch = pytest.importorskip("torch")
pytest.importorskip("stable_baselines3")
places = pytest.importorskip("car_agent.simulation.practice")
actions = pytest.importorskip("car_agent.training.reinforcement.actions")
fleet = pytest.importorskip("car_agent.training.reinforcement.learners.cars")
choice = pytest.importorskip("car_agent.training.reinforcement.learners.choice")
protocol = pytest.importorskip("car_agent.training.reinforcement.learners.protocol")
learning = pytest.importorskip("car_agent.training.networks.student")

EXAMPLES = Path(__file__).parents[5] / "docs" / "examples" / "rewards"
RANGES = ContinuousOutput(
    steering_low_deg=-30, steering_high_deg=30, speed_low_mps=0.5, speed_high_mps=2.0
)
#: Enough for a batch of each.
ROUND_STEPS = {"ppo": 128, "sac": 16}
KINDS = [
    ("ppo", SMALL, actions.USUAL_ACTIONS),
    ("ppo", SMALL, RANGES),
    ("ppo", CLASSIC, actions.USUAL_ACTIONS),
    ("sac", SMALL, RANGES),
    ("sac", CLASSIC, RANGES),
]
kinds = pytest.mark.parametrize(
    ("algorithm", "network", "output"),
    KINDS,
    ids=["ppo list", "ppo ranges", "ppo classic", "sac", "sac classic"],
)


class Practice:
    """A learner with two cars, begun with a student that knows nothing."""

    def __init__(self, cars: Any, algorithm: Algorithm, network: NetworkShape, output: Any) -> None:
        learning.be_repeatable(1)
        self.shape = choice.shape_for(algorithm, network, output)
        answers = 2 if output is RANGES else len(output.actions)
        self.student = learning.Student(self.shape, answers)
        self.learner = choice.learner_of(algorithm, cars, self.shape, 1, ROUND_STEPS[algorithm])
        self.learner.be_like(self.student)

    def practise(self, rounds: int) -> None:
        for _ in range(rounds):
            self.learner.practise(lambda _steps, _of: None)


@pytest.fixture
def cars(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Two cars for the test's own network and actions."""
    params = request.node.callspec.params
    shape = choice.shape_for(params["algorithm"], params["network"], params["output"])
    reward = read_reward(EXAMPLES / "centre_line.py")
    wanted = protocol.CarsWanted(
        places.Practice(track_named("oval")), params["output"], reward, shape, 2, is_trusted=True
    )
    with fleet.Cars(wanted) as them:
        yield them


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one | other)


@kinds
def test_it_begins_as_the_student(
    cars: Any, algorithm: Algorithm, network: NetworkShape, output: Any
) -> None:
    """It should act as the student that it begins with, until what judges has learnt first."""
    subject = Practice(cars, algorithm, network, output)
    student = {name: value.numpy() for name, value in subject.student.state_dict().items()}
    assert same(subject.learner.weights, student)
    subject.practise(1)
    assert subject.learner.steps == ROUND_STEPS[algorithm]
    assert same(subject.learner.weights, student)
    subject.practise(3)
    assert not same(subject.learner.weights, student)


@pytest.mark.parametrize(
    ("algorithm", "network", "output"),
    [KINDS[0], KINDS[1], KINDS[2]],
    ids=["list", "ranges", "classic"],
)
def test_going_on_is_as_if_nothing_had_been(
    cars: Any, algorithm: Algorithm, network: NetworkShape, output: Any
) -> None:
    """It should learn to the bit what it would have learnt without a break."""
    unbroken = Practice(cars, algorithm, network, output)
    unbroken.practise(2)
    kept, steps = unbroken.learner.keep(), unbroken.learner.steps
    kept = torch.load(_written(kept), weights_only=True)
    unbroken.practise(1)
    again = Practice(cars, algorithm, network, output)
    again.learner.go_on(kept, steps)
    again.practise(1)
    assert same(unbroken.learner.weights, again.learner.weights)
    assert again.learner.steps == unbroken.learner.steps


@pytest.mark.parametrize(("algorithm", "network", "output"), [KINDS[3]], ids=["sac"])
def test_sac_goes_on_with_what_it_knew(
    cars: Any, algorithm: Algorithm, network: NetworkShape, output: Any
) -> None:
    """It should act as before, and learn further from what it drives anew."""
    first = Practice(cars, algorithm, network, output)
    first.practise(4)
    again = Practice(cars, algorithm, network, output)
    again.learner.go_on(torch.load(_written(first.learner.keep()), weights_only=True), 64)
    assert same(first.learner.weights, again.learner.weights)
    again.practise(1)
    assert again.learner.steps == 64 + 16
    assert not same(first.learner.weights, again.learner.weights)


@pytest.mark.parametrize(("algorithm", "network", "output"), [KINDS[0]], ids=["list"])
def test_a_round_is_whole_batches(
    cars: Any, algorithm: Algorithm, network: NetworkShape, output: Any
) -> None:
    """It should drive about as many steps as were asked for, whatever the number of cars."""
    for wanted, driven in ((1, 128), (2048, 2048), (2000, 2048)):
        learner = choice.learner_of(algorithm, cars, network, 1, wanted)
        assert learner._round_steps == driven


def test_sac_refuses_a_list_of_actions() -> None:
    """It should say which metadata it needs, or what to take instead."""
    with pytest.raises(CarSetupError, match=r"ranges of steering_angle.*--algorithm ppo\.$"):
        choice.shape_for("sac", SMALL, actions.USUAL_ACTIONS)


def _written(kept: Any) -> Any:
    content = io.BytesIO()
    torch.save(kept, content)
    content.seek(0)
    return content
