"""PPO by stable-baselines3 with a driver's reward, begun with a clone: one round after another."""

from collections.abc import Mapping
from math import gcd
from typing import Any

from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecNormalize

from car_agent.training.networks.export import Weights
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Student
from car_agent.training.reinforcement.learners.policy import DriverPolicy
from car_agent.training.reinforcement.learners.protocol import Fleet, OnStep
from car_agent.training.reinforcement.learners.rollout import drive_round, go_on_scaling, scaling_of
from car_agent.training.reinforcement.rounds import Round

#: AWS's settings are batches of 64, 3e-4, ten epochs and a discount of 0.99. A network that drives
#: already needs fewer epochs, and a discount that looks ahead for a second and a half: what happens
#: later says little about an action of now, and much noise hides what the driver rewards.
_BATCH, _RATE, _EPOCHS, _DISCOUNT = 128, 3e-4, 5, 0.95
#: A tenth of AWS's weight on staying undecided: what drives already need not try everything.
_ENTROPY = 0.001
#: An update that moves the network further than this from what drove is broken off.
_FARTHEST = 0.05


class PpoLearner:
    """Implements ``Learner`` for lists of actions and for ranges."""

    def __init__(self, cars: Fleet, shape: NetworkShape, seed: int, round_steps: int) -> None:
        self.shape = shape
        self._cars = cars
        self._seed = seed
        steps_each = _steps_each(round_steps, len(cars))
        self._round_steps = steps_each * len(cars)
        self._scaled = VecNormalize(cars.together, norm_obs=False, gamma=_DISCOUNT)
        self._ppo = PPO(
            DriverPolicy,
            self._scaled,
            learning_rate=_RATE,
            n_steps=steps_each,
            batch_size=_BATCH,
            n_epochs=_EPOCHS,
            gamma=_DISCOUNT,
            gae_lambda=0.95,
            clip_range=0.2,
            ent_coef=_ENTROPY,
            target_kl=_FARTHEST,
            policy_kwargs={"shape": shape},
            device="cpu",
            seed=seed,
        )

    @property
    def steps(self) -> int:
        """See ``Learner``."""
        return int(self._ppo.num_timesteps)

    @property
    def weights(self) -> Weights:
        """See ``Learner``."""
        return self._policy.weights()

    def be_like(self, student: Student) -> None:
        """See ``Learner``."""
        self._policy.be_like(student)

    def practise(self, on_step: OnStep) -> Round:
        """See ``Learner``.

        In the first round only the value learns: before it knows anything, what it says would lead
        the clone astray.
        """
        self._policy.let_act_learn(self.steps >= self._round_steps)
        drive_round(self._ppo, self._round_steps, self._seed, on_step)
        seen = self._ppo.logger.name_to_value
        return Round(self.steps, self._cars.take_episodes(), -float(seen["train/entropy_loss"]))

    def keep(self) -> Mapping[str, Any]:
        """See ``Learner``."""
        return {
            "policy": self._policy.state_dict(),
            "optimiser": self._policy.optimizer.state_dict(),
            "scaling": scaling_of(self._scaled),
        }

    def go_on(self, kept: Mapping[str, Any], steps: int) -> None:
        """See ``Learner``."""
        self._policy.load_state_dict(kept["policy"])
        self._policy.optimizer.load_state_dict(kept["optimiser"])
        go_on_scaling(self._scaled, kept["scaling"])
        self._ppo.num_timesteps = steps

    @property
    def _policy(self) -> DriverPolicy:
        policy = self._ppo.policy
        if not isinstance(policy, DriverPolicy):
            raise TypeError("PPO has another policy than it was given")
        return policy


def _steps_each(round_steps: int, cars: int) -> int:
    """Return how many steps each car drives in a round of about so many, in whole batches."""
    whole = _BATCH // gcd(_BATCH, cars)
    return max(1, round(round_steps / cars / whole)) * whole
