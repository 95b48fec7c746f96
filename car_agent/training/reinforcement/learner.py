"""PPO by stable-baselines3 with a driver's reward, begun with a clone: one round after another."""

import contextlib
from collections.abc import Callable
from typing import Self

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from car_agent.simulation.parameters import lasting_parameters
from car_agent.training.export import Weights
from car_agent.training.reinforcement.actions import Output
from car_agent.training.reinforcement.checkpoint import Checkpoint
from car_agent.training.reinforcement.environment import (
    DrivingEnvironment,
    Reward,
    usual_cameras,
)
from car_agent.training.reinforcement.network import DriverPolicy
from car_agent.training.reinforcement.rounds import Round
from car_agent.training.rewards.process import Limits, RewardFile, RewardProcess
from car_agent.training.student import Student
from hardware.cameras.frames import Pixels
from hardware.virtual.world.track import Track

CARS = 4
#: About the twenty episodes after which AWS updates its network.
ROUND_STEPS = 2048
#: AWS's settings are batches of 64, 3e-4, ten epochs and a discount of 0.99. A network that drives
#: already needs fewer epochs, and a discount that looks ahead for a second and a half: what happens
#: later says little about an action of now, and much noise hides what the driver rewards.
_BATCH, _RATE, _EPOCHS, _DISCOUNT = 128, 3e-4, 5, 0.95
#: A tenth of AWS's weight on staying undecided: what drives already need not try everything.
_ENTROPY = 0.001
#: An update that moves the network further than this from what drove is broken off.
_FARTHEST = 0.05


class Learner:
    """Some cars that drive by the same network, each with the driver's reward in its own process.

    ``reward`` is the first car's. To be used in a ``with``, which ends the processes. Construction
    raises RewardError where the file is no reward function, SandboxMissingError where it can't be
    confined.
    """

    def __init__(
        self,
        track: Track,
        output: Output,
        reward: RewardFile,
        seed: int,
        *,
        is_trusted: bool = False,
        round_steps: int = ROUND_STEPS,
    ) -> None:
        self._round_steps = round_steps
        with contextlib.ExitStack() as started:
            lasting = lasting_parameters(track)
            rewards = [
                started.enter_context(
                    RewardProcess(reward, lasting, is_trusted=is_trusted, limits=Limits())
                )
                for _ in range(CARS)
            ]
            self._started = started.pop_all()
        self.reward: Reward = rewards[0]
        cameras = usual_cameras(track)
        self._cars = [DrivingEnvironment(track, output, each, cameras=cameras) for each in rewards]
        together = DummyVecEnv([lambda car=car: car for car in self._cars])
        self._scaled = VecNormalize(together, norm_obs=False, gamma=_DISCOUNT)
        self._ppo = PPO(
            DriverPolicy,
            self._scaled,
            learning_rate=_RATE,
            n_steps=round_steps // CARS,
            batch_size=_BATCH,
            n_epochs=_EPOCHS,
            gamma=_DISCOUNT,
            gae_lambda=0.95,
            clip_range=0.2,
            ent_coef=_ENTROPY,
            target_kl=_FARTHEST,
            device="cpu",
            seed=seed,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._started.close()

    @property
    def steps(self) -> int:
        """How many steps were practised."""
        return int(self._ppo.num_timesteps)

    @property
    def weights(self) -> Weights:
        """What acts, by the student's names."""
        return self._policy.weights()

    def be_like(self, student: Student) -> None:
        """Begin with what a student knows."""
        self._policy.be_like(student)

    @property
    def picture(self) -> Pixels:
        """What the first car saw last, height × width luma."""
        return self._cars[0].picture

    def practise(self, on_step: Callable[[int, int], None] = lambda _steps, _of: None) -> Round:
        """Drive a round's steps and learn from them; ``on_step`` hears how many of how many.

        In the first round only the value does: before it knows anything, what it says would lead
        the clone astray. Raises RewardError.
        """
        self._policy.let_act_learn(self.steps >= self._round_steps)
        before = self.steps

        def hear(_locals: object, _globals: object) -> bool:
            on_step(self.steps - before, self._round_steps)
            return True

        self._ppo.learn(self._round_steps, hear, reset_num_timesteps=False, log_interval=None)
        ended = tuple(episode for car in self._cars for episode in car.episodes)
        for car in self._cars:
            car.episodes.clear()
        seen = self._ppo.logger.name_to_value
        return Round(
            self.steps, ended, -float(seen["train/entropy_loss"]), float(seen["train/approx_kl"])
        )

    def keep(self, fingerprint: str) -> Checkpoint:
        """Return what is needed to go on from here."""
        spread = self._scaled.ret_rms
        return Checkpoint(
            fingerprint,
            self.steps,
            self._policy.state_dict(),
            self._policy.optimizer.state_dict(),
            (float(spread.mean), float(spread.var), float(spread.count)),
        )

    def go_on(self, checkpoint: Checkpoint, seed: int) -> None:
        """Go on from there, with other episodes than those driven before."""
        self._policy.load_state_dict(checkpoint.policy)
        self._policy.optimizer.load_state_dict(checkpoint.optimiser)
        mean, variance, count = (np.float64(number) for number in checkpoint.spread)
        spread = self._scaled.ret_rms
        spread.mean, spread.var, spread.count = mean, variance, count
        self._ppo.num_timesteps = checkpoint.steps
        self._ppo.set_random_seed(seed + checkpoint.steps)

    @property
    def _policy(self) -> DriverPolicy:
        policy = self._ppo.policy
        if not isinstance(policy, DriverPolicy):
            raise TypeError("PPO has another policy than it was given")
        return policy
