"""The cars that practise here: each drives by the same network, its reward in its own process."""

import contextlib
from typing import Self

from stable_baselines3.common.vec_env import DummyVecEnv

from car_agent.simulation.parameters import lasting_parameters
from car_agent.training.classroom import Classroom, Syllabus, Watch
from car_agent.training.reinforcement.environment import (
    DrivingEnvironment,
    Episode,
    usual_cameras,
)
from car_agent.training.reinforcement.learners.protocol import CarsWanted
from car_agent.training.reinforcement.lines import Line, best_line
from car_agent.training.rewards.process import RewardProcess
from hardware.cameras.frames import Pixels


class Cars:
    """Implements ``Fleet`` in this process.

    Construction raises RewardError where the file is no reward function, SandboxMissingError where
    it can't be confined.
    """

    def __init__(self, wanted: CarsWanted) -> None:
        self._wanted = wanted
        with contextlib.ExitStack() as started:
            lasting = lasting_parameters(wanted.practice.track)
            self._rewards = [
                started.enter_context(
                    RewardProcess(wanted.reward, lasting, is_trusted=wanted.is_trusted)
                )
                for _ in range(wanted.count)
            ]
            self._started = started.pop_all()
        practice, shape = wanted.practice, wanted.shape
        cameras = usual_cameras(practice, shape)
        self._cars = [
            DrivingEnvironment(practice, wanted.output, each, shape=shape, cameras=cameras)
            for each in self._rewards
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
        """See ``Fleet``."""
        return self._cars[0].picture

    def best_line(self, seed: int) -> Line:
        """See ``Fleet``."""
        wanted = self._wanted
        return best_line(wanted.practice.track, wanted.output, self._rewards[0], seed)

    def classroom(self, syllabus: Syllabus, watch: Watch) -> Classroom:
        """See ``Fleet``."""
        return Classroom(syllabus, watch)

    def take_episodes(self) -> tuple[Episode, ...]:
        """See ``Fleet``."""
        ended = tuple(episode for car in self._cars for episode in car.episodes)
        for car in self._cars:
            car.episodes.clear()
        return ended
