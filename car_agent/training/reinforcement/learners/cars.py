"""The cars that practise: each drives by the same network, its reward in a process of its own."""

import contextlib
from typing import Self

from stable_baselines3.common.vec_env import DummyVecEnv

from car_agent.simulation.parameters import lasting_parameters
from car_agent.simulation.practice import Practice
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.reinforcement.actions import Output
from car_agent.training.reinforcement.environment import (
    DrivingEnvironment,
    Episode,
    Reward,
    usual_cameras,
)
from car_agent.training.rewards.process import RewardFile, RewardProcess
from hardware.cameras.frames import Pixels

USUAL_CARS = 4


class Cars:
    """Some cars on a track; to be used in a ``with``, which ends the rewards' processes.

    ``together`` is all of them for stable-baselines3, ``reward`` the first one's. Construction
    raises RewardError where the file is no reward function, SandboxMissingError where it can't be
    confined.
    """

    def __init__(
        self,
        practice: Practice,
        output: Output,
        reward: RewardFile,
        shape: NetworkShape,
        count: int = USUAL_CARS,
        *,
        is_trusted: bool = False,
    ) -> None:
        with contextlib.ExitStack() as started:
            lasting = lasting_parameters(practice.track)
            rewards = [
                started.enter_context(RewardProcess(reward, lasting, is_trusted=is_trusted))
                for _ in range(count)
            ]
            self._started = started.pop_all()
        self.reward: Reward = rewards[0]
        cameras = usual_cameras(practice, shape)
        self._cars = [
            DrivingEnvironment(practice, output, each, shape=shape, cameras=cameras)
            for each in rewards
        ]
        self.together = DummyVecEnv([lambda car=car: car for car in self._cars])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._started.close()

    def __len__(self) -> int:
        return len(self._cars)

    @property
    def picture(self) -> Pixels:
        """What the first car saw last, height × width luma."""
        return self._cars[0].picture

    def take_episodes(self) -> tuple[Episode, ...]:
        """Return the episodes that ended since this was last asked."""
        ended = tuple(episode for car in self._cars for episode in car.episodes)
        for car in self._cars:
            car.episodes.clear()
        return ended
