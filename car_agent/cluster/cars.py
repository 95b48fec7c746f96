"""A training's cars on a Ray cluster: they drive there, the network learns here.

A group of cars on each processor, as many groups as there are cars at most. Each car's chances are
its own and so is its reward's memory, so that it doesn't matter who drives beside it: the model is
the same, to the bit, as without a cluster.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any, Self

import ray
from ray.exceptions import RayError

from car_agent.cluster.asking import answers, ask, connected
from car_agent.cluster.connection import connect, disconnect
from car_agent.cluster.errors import ClusterError
from car_agent.cluster.group import GROUP
from car_agent.cluster.release import own_release
from car_agent.cluster.together import Together
from car_agent.simulation.practice import Start
from car_agent.training.classroom import Classroom, Lesson, Syllabus, Watch
from car_agent.training.networks.student import Student
from car_agent.training.reinforcement.actions import Actions
from car_agent.training.reinforcement.environment import Episode, pictures_of
from car_agent.training.reinforcement.learners.protocol import CarsWanted
from car_agent.training.reinforcement.lines import Line
from car_agent.training.reinforcement.telling.show import Place, Show
from hardware.cameras.frames import Pixels

#: A machine may have to import all that trains first; a processor that others have is not awaited.
_START_S = 120.0
#: So many lessons wait at each group, so that none has nothing to do.
_LESSONS_EACH = 2
UNFIT = (
    "A machine of the cluster can't begin: it needs this release of Paddock, with what trains "
    "(make setup-train setup-cluster)"
)


class ClusterCars:
    """Implements ``Fleet`` on a cluster.

    Construction raises ClusterError where it can't be used, RewardError where the file is no reward
    function, SandboxMissingError where one of its machines can't confine it.
    """

    def __init__(self, address: str, show: Show, wanted: CarsWanted) -> None:
        processors = connect(address)
        self._groups: list[Any] = []
        try:
            shares = shared(wanted.count, processors)
            self._groups = [GROUP.remote() for _ in shares]
            self._check_releases(show)
            parts = [replace(wanted, count=each.stop - each.start) for each in shares]
            answers(
                [ask(group.begin, part) for group, part in zip(self._groups, parts, strict=True)]
            )
            space = Actions(wanted.output).space
            self.together = Together(self._groups, shares, pictures_of(wanted.shape), space)
        except BaseException:
            self.__exit__()
            raise
        show.place(Place(len(self), address, len(shares)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for group in self._groups:
            with suppress(ClusterError, RayError, ValueError), connected():
                ray.kill(group)
        disconnect()

    def __len__(self) -> int:
        return int(self.together.num_envs)

    @property
    def picture(self) -> Pixels:
        """See ``Fleet``."""
        return self.together.picture

    def best_line(self, seed: int) -> Line:
        """See ``Fleet``. Chosen where the first car is: its reward may remember the questions."""
        line: Line = answers([ask(self._groups[0].best_line, seed)])[0]
        return line

    def classroom(self, syllabus: Syllabus, watch: Watch) -> Classroom:
        """See ``Fleet``. ``watch`` is shown the last picture of each lesson."""
        answers([ask(group.teach, syllabus) for group in self._groups])

        def drive_all(
            seeds: Sequence[int], begin: Start, student: Student | None
        ) -> Iterator[Lesson]:
            for lesson in self._lessons(seeds, begin, _put(student)):
                watch(lesson.last_seen)
                yield lesson

        return Classroom(syllabus, watch, drive_all)

    def take_episodes(self) -> tuple[Episode, ...]:
        """See ``Fleet``."""
        ended = answers([ask(group.take_episodes) for group in self._groups])
        return tuple(episode for each in ended for episode in each)

    def _lessons(self, seeds: Sequence[int], begin: Start, student: Any) -> Iterator[Lesson]:
        """Yield a lesson for each seed in their order, while the next ones are driven."""
        asked: deque[Any] = deque()
        for number, seed in enumerate(seeds):
            group = self._groups[number % len(self._groups)]
            asked.append(ask(group.lesson, seed, begin, student))
            if len(asked) >= _LESSONS_EACH * len(self._groups):
                yield answers([asked.popleft()])[0]
        while asked:
            yield answers([asked.popleft()])[0]

    def _check_releases(self, show: Show) -> None:
        """Raise ClusterError where a machine drives by other source; tell what else differs."""
        own = own_release()
        releases = answers([ask(group.release) for group in self._groups], _START_S, UNFIT)
        for each in releases:
            if each.source_sha256 != own.source_sha256:
                raise ClusterError(
                    "A machine of the cluster has another release of Paddock: install this one "
                    "there, and start its Ray anew."
                )
        for unlike in sorted({words for each in releases for words in own.unlike(each)}):
            show.say(
                f"A machine of the cluster has {unlike}: the model may be another than without it."
            )


def _put(value: Any) -> Any:
    """Have a value lie on the cluster once, for all that ask for it."""
    with connected():
        return ray.put(value)


def shared(cars: int, processors: int) -> list[slice]:
    """Return which cars go to which processor: as evenly as possible, each with one at least."""
    groups = min(cars, processors)
    edges = [number * cars // groups for number in range(groups + 1)]
    return [slice(first, after) for first, after in pairwise(edges)]
