"""SAC by stable-baselines3 for ranges of actions, on top of what a clone's convolutions see.

The convolutions stay as the clone learnt them, and what they make of a picture is what is stored
and learnt from: an update costs milliseconds instead of a large part of a second.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from gymnasium import spaces
from stable_baselines3 import SAC
from stable_baselines3.common.vec_env import VecEnv, VecEnvWrapper, VecNormalize
from torch import nn

from car_agent.training.networks.export import Weights
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Student, convolutions, levelled
from car_agent.training.reinforcement.learners.protocol import Fleet, OnStep
from car_agent.training.reinforcement.learners.rollout import drive_round, go_on_scaling, scaling_of
from car_agent.training.reinforcement.rounds import Round

_BATCH, _RATE, _DISCOUNT, _FOLLOWING = 128, 3e-4, 0.95, 0.01
#: Of the critics' rate. At the same rate a clone forgets within a round how to get round.
_ACTING_FRAC = 0.1
#: The critics' layers. What acts has the shape's own.
_CRITIC_LAYERS = [128, 128]
#: Four cars drive so many steps each, then there are so many updates.
_STEPS_EACH, _UPDATES = 4, 4
#: What is remembered: at most so many steps, in at most so many bytes.
_MOST_STEPS, _MOST_BYTES = 40_000, 256 * 2**20
#: How far an action strays at first, as a logarithm; then as far as the entropy wants.
_LOG_DEVIATION = -2.0
_ENTROPY = "auto_0.005"
#: In so many rounds the critics learn alone: before they know anything, they lead the clone astray.
_CRITICS_ALONE = 2

Features = npt.NDArray[np.float16]


class ClonedEyes(VecEnvWrapper):
    """Gives what a clone's convolutions make of the pictures, in half precision."""

    def __init__(self, together: VecEnv, shape: NetworkShape) -> None:
        self.convolutions = convolutions(shape).eval()
        super().__init__(together, spaces.Box(0.0, np.inf, (shape.features,), np.float16))

    def reset(self) -> Features:
        """Begin new episodes."""
        return self._made_of(self.venv.reset())

    def step_wait(self) -> Any:
        """Drive a step; the last picture of an episode is turned as well."""
        pictures, rewards, ended, infos = self.venv.step_wait()
        for info in infos:
            if "terminal_observation" in info:
                info["terminal_observation"] = self._made_of(info["terminal_observation"][None])[0]
        return self._made_of(pictures), rewards, ended, infos

    def _made_of(self, pictures: npt.NDArray[np.uint8]) -> Features:
        with torch.no_grad():
            seen = self.convolutions(levelled(torch.from_numpy(pictures).float()))
        return np.asarray(torch.flatten(seen, 1).numpy(), dtype=np.float16)


class _CarefulSac(SAC):
    """Lets what acts learn more slowly than what judges: it knows more than its critics do."""

    def _update_learning_rate(self, optimizers: Any) -> None:
        super()._update_learning_rate(optimizers)
        for group in self.actor.optimizer.param_groups:
            group["lr"] *= _ACTING_FRAC


class SacLearner:
    """Implements ``Learner`` for ranges of steering and speed."""

    def __init__(self, cars: Fleet, shape: NetworkShape, seed: int, round_steps: int) -> None:
        self.shape = shape
        self._cars = cars
        self._seed = seed
        self._round_steps = round_steps
        self._eyes = ClonedEyes(cars.together, shape)
        self._scaled = VecNormalize(self._eyes, norm_obs=False, gamma=_DISCOUNT)
        self._sac = _CarefulSac(
            "MlpPolicy",
            self._scaled,
            learning_rate=_RATE,
            buffer_size=min(_MOST_STEPS, _MOST_BYTES // (4 * shape.features)),
            learning_starts=0,
            batch_size=_BATCH,
            tau=_FOLLOWING,
            gamma=_DISCOUNT,
            train_freq=(_STEPS_EACH, "step"),
            gradient_steps=_UPDATES,
            ent_coef=_ENTROPY,
            policy_kwargs={"net_arch": {"pi": [shape.dense], "qf": _CRITIC_LAYERS}},
            device="cpu",
            seed=seed,
        )

    @property
    def steps(self) -> int:
        """See ``Learner``."""
        return int(self._sac.num_timesteps)

    @property
    def weights(self) -> Weights:
        """See ``Learner``."""
        return {
            f"{part}.{name}": value.detach().numpy().copy()
            for part, module in self._acting.items()
            for name, value in module.state_dict().items()
        }

    def be_like(self, student: Student) -> None:
        """See ``Learner``."""
        parts = {"features": student.features, "head.1": student.head[1], "head.3": student.head[3]}
        for name, module in self._acting.items():
            module.load_state_dict(parts[name].state_dict())
        deviation = self._sac.actor.log_std
        nn.init.zeros_(deviation.weight)
        nn.init.constant_(deviation.bias, _LOG_DEVIATION)

    def practise(self, on_step: OnStep) -> Round:
        """See ``Learner``. At first the critics learn alone."""
        self._sac.actor.requires_grad_(self.steps >= _CRITICS_ALONE * self._round_steps)
        drive_round(self._sac, self._round_steps, self._seed, on_step)
        return Round(self.steps, self._cars.take_episodes(), self._entropy())

    def keep(self) -> Mapping[str, Any]:
        """See ``Learner``. What was driven isn't kept: it would be hundreds of megabytes."""
        sac = self._sac
        return {
            "convolutions": self._eyes.convolutions.state_dict(),
            "policy": sac.policy.state_dict(),
            "optimisers": [each.state_dict() for each in self._optimisers],
            "log_entropy_weight": sac.log_ent_coef.detach().clone(),
            "scaling": scaling_of(self._scaled),
        }

    def go_on(self, kept: Mapping[str, Any], steps: int) -> None:
        """See ``Learner``."""
        sac = self._sac
        self._eyes.convolutions.load_state_dict(kept["convolutions"])
        sac.policy.load_state_dict(kept["policy"])
        for optimiser, state in zip(self._optimisers, kept["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        sac.log_ent_coef.data.copy_(kept["log_entropy_weight"])
        go_on_scaling(self._scaled, kept["scaling"])
        sac.num_timesteps = steps

    @property
    def _acting(self) -> dict[str, nn.Module]:
        """What acts, by the student's names."""
        actor = self._sac.actor
        return {
            "features": self._eyes.convolutions,
            "head.1": actor.latent_pi[0],
            "head.3": actor.mu,
        }

    @property
    def _optimisers(self) -> list[torch.optim.Optimizer]:
        sac = self._sac
        return [sac.actor.optimizer, sac.critic.optimizer, sac.ent_coef_optimizer]

    def _entropy(self) -> float:
        """Return how undecided the network is about what was driven lately, in nats."""
        seen = self._sac.replay_buffer.sample(_BATCH).observations
        with torch.no_grad():
            _, log_likelihood = self._sac.actor.action_log_prob(seen.float())
        return -float(log_likelihood.mean())
