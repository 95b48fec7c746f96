"""Chooses the way of learning, where it fits the action space."""

from dataclasses import replace

from car_agent.errors import CarSetupError
from car_agent.models.card import ContinuousOutput
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.reinforcement.actions import Output
from car_agent.training.reinforcement.learners.ppo import PpoLearner
from car_agent.training.reinforcement.learners.protocol import Fleet, Learner
from car_agent.training.reinforcement.learners.sac import SacLearner
from timing_server.contract.workshop import Algorithm


def shape_for(algorithm: Algorithm, network: NetworkShape, output: Output) -> NetworkShape:
    """Return the network as the algorithm needs it.

    Raises CarSetupError where the algorithm can't learn such actions.
    """
    if algorithm == "ppo":
        return network
    if not isinstance(output, ContinuousOutput):
        raise CarSetupError(
            "SAC learns ranges of actions, not a list: give --metadata whose action_space is "
            "ranges of steering_angle and speed, or take --algorithm ppo."
        )
    return replace(network, is_squashed=True)


def learner_of(
    algorithm: Algorithm, cars: Fleet, shape: NetworkShape, seed: int, round_steps: int
) -> Learner:
    """Return a learner that knows nothing yet."""
    kind = PpoLearner if algorithm == "ppo" else SacLearner
    return kind(cars, shape, seed, round_steps)
