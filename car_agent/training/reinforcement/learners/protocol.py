"""What a training needs, whichever library learns and wherever cars drive: learner and fleet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from stable_baselines3.common.vec_env import VecEnv

from car_agent.simulation.practice import Practice
from car_agent.training.classroom import Classroom, Syllabus, Watch
from car_agent.training.networks.export import Weights
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Student
from car_agent.training.reinforcement.actions import Output
from car_agent.training.reinforcement.environment import Episode
from car_agent.training.reinforcement.lines import Line
from car_agent.training.reinforcement.rounds import Round
from car_agent.training.rewards.process import RewardFile
from hardware.cameras.frames import Pixels

#: About the twenty episodes after which AWS updates its network.
ROUND_STEPS = 2048
USUAL_CARS = 4

#: Hears how many steps of how many of a round are driven.
OnStep = Callable[[int, int], None]


class Learner(Protocol):
    """Begins with a student or with what was kept, then practises round after round."""

    @property
    def shape(self) -> NetworkShape:
        """The network that acts."""

    @property
    def steps(self) -> int:
        """How many steps were practised."""

    @property
    def weights(self) -> Weights:
        """What acts, by the student's names."""

    def be_like(self, student: Student) -> None:
        """Begin with what a student knows."""

    def practise(self, on_step: OnStep) -> Round:
        """Drive a round's steps and learn from them. Raises RewardError."""

    def keep(self) -> Mapping[str, Any]:
        """Return what is needed to go on from here: tensors and plain values."""

    def go_on(self, kept: Mapping[str, Any], steps: int) -> None:
        """Go on from what was kept after so many steps."""


@dataclass(frozen=True, slots=True)
class CarsWanted:
    """Which cars are to practise; ``is_trusted``: the reward's file is the user's own."""

    practice: Practice
    output: Output
    reward: RewardFile
    shape: NetworkShape
    count: int = USUAL_CARS
    is_trusted: bool = False


class Fleet(Protocol):
    """Cars that practise, wherever; to be used in a ``with``, which ends the rewards' processes."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """End all that was started."""

    def __len__(self) -> int:
        """Return how many there are."""

    @property
    def together(self) -> VecEnv:
        """All of them for stable-baselines3. A step raises RewardError."""

    @property
    def picture(self) -> Pixels:
        """What the first car saw last, height × width luma."""

    def best_line(self, seed: int) -> Line:
        """Return the line that the first car's reward likes best. Raises RewardError."""

    def classroom(self, syllabus: Syllabus, watch: Watch) -> Classroom:
        """Return where a student is taught; ``watch`` is shown pictures while cars drive."""

    def take_episodes(self) -> tuple[Episode, ...]:
        """Return the episodes that ended since this was last asked, car by car."""


#: Has cars of that kind stand ready. Raises RewardError, SandboxMissingError.
Hire = Callable[[CarsWanted], Fleet]
