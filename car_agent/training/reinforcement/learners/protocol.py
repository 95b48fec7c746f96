"""What every way of learning offers to a training, whichever library computes it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from car_agent.training.networks.export import Weights
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Student
from car_agent.training.reinforcement.rounds import Round

#: About the twenty episodes after which AWS updates its network.
ROUND_STEPS = 2048

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
