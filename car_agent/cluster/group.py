"""Some of a training's cars on one processor of a cluster: they stand still until they are asked.

Everything here runs there, by the code that runs without a cluster. Whoever wrote the reward, it
is in that machine's own sandbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import ray

from car_agent.cluster.release import Release, own_release
from car_agent.simulation.practice import Start
from car_agent.training.classroom import Lesson, Lessons, Syllabus
from car_agent.training.networks.student import Pictures, Student, be_repeatable
from car_agent.training.reinforcement.environment import Episode
from car_agent.training.reinforcement.learners.cars import Cars
from car_agent.training.reinforcement.learners.protocol import CarsWanted
from car_agent.training.reinforcement.lines import Line
from hardware.cameras.frames import Pixels


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a step of all cars came to, as stable-baselines3 has it, and what the first one sees."""

    seen: Pictures
    rewards: npt.NDArray[np.float32]
    ended: npt.NDArray[np.bool_]
    infos: list[dict[str, Any]]
    picture: Pixels


class Group:
    """An actor of the cluster; each call is answered before the next."""

    def __init__(self) -> None:
        # Not what it draws by chance, but threads and order of sums: as where it learns.
        be_repeatable(0)
        self._cars: Cars | None = None
        self._lessons: Lessons | None = None

    def release(self) -> Release:
        """Return what this machine has."""
        return own_release()

    def begin(self, wanted: CarsWanted) -> None:
        """Have cars stand ready. Raises RewardError, SandboxMissingError."""
        self._cars = Cars(wanted)

    def best_line(self, seed: int) -> Line:
        """See ``Cars``."""
        return self._own.best_line(seed)

    def teach(self, syllabus: Syllabus) -> None:
        """Make ready for lessons."""
        self._lessons = Lessons(syllabus)

    def lesson(self, seed: int, begin: Start, student: Student | None) -> Lesson:
        """Drive one run of the classroom."""
        if self._lessons is None:
            raise RuntimeError("a lesson without a syllabus")
        return self._lessons.drive(seed, begin, student)

    def reset(self, seeds: Sequence[int | None]) -> tuple[Pictures, Pixels]:
        """Begin new episodes, where seeds are given by those: one after the other."""
        together = self._own.together
        if seeds[0] is not None:
            together.seed(seeds[0])
        return np.asarray(together.reset()), self._own.picture

    def step(self, actions: npt.NDArray[Any]) -> Stepped:
        """Drive all cars a step. Raises RewardError."""
        seen, rewards, ended, infos = self._own.together.step(actions)
        return Stepped(np.asarray(seen), rewards, ended, infos, self._own.picture)

    def take_episodes(self) -> tuple[Episode, ...]:
        """See ``Cars``."""
        return self._own.take_episodes()

    @property
    def _own(self) -> Cars:
        if self._cars is None:
            raise RuntimeError("a group without cars")
        return self._cars


#: One that is lost is not begun again by itself: its cars' chances and rewards' memories are gone.
GROUP: Any = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(Group)
