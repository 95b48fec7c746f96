"""What a round of practice came to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from car_agent.training.reinforcement.environment import Episode

#: The reward has settled where the last two rounds bring hardly more than the two before, and
#: hardly less than any two.
_SETTLED_ROUNDS, _SETTLED_FRAC = 2, 0.05

#: At the edge of what it can, a model's laps are all clean by chance once.
_RELIABLE_EXAMS = 2


@dataclass(frozen=True, slots=True)
class Round:
    """How a round went: the episodes that ended in it, and the network's entropy in nats."""

    steps: int
    episodes: tuple[Episode, ...]
    entropy: float

    @property
    def reward_per_step(self) -> float | None:
        """The mean reward of a step, where an episode ended."""
        steps = sum(episode.steps for episode in self.episodes)
        return sum(episode.reward for episode in self.episodes) / steps if steps else None

    @property
    def progress(self) -> float | None:
        """The mean progress at the end of an episode in percent, where one ended."""
        if not self.episodes:
            return None
        return sum(episode.progress for episode in self.episodes) / len(self.episodes)


@dataclass(slots=True)
class History:
    """What the rounds so far came to: the reward of a step in each, and clean exams in a row."""

    rewards: list[float] = field(default_factory=list)
    clean_exams: int = 0

    def add(self, round_: Round | None, *, is_clean: bool) -> None:
        """Note a round, None for the warm start, and whether all laps of its exam were clean."""
        if round_ is not None and round_.reward_per_step is not None:
            self.rewards.append(round_.reward_per_step)
        self.clean_exams = self.clean_exams + 1 if is_clean else 0

    @property
    def is_good(self) -> bool:
        """Whether it laps reliably, and the reward no longer rises."""
        return self.clean_exams >= _RELIABLE_EXAMS and has_settled(self.rewards)


def has_settled(rewards: Sequence[float]) -> bool:
    """Say whether the reward of a step no longer rises, and is about the best that it ever was.

    Judged by pairs of rounds, since one alone depends much on chance.
    """
    if len(rewards) < 2 * _SETTLED_ROUNDS:
        return False
    pairs = [first + second for first, second in pairwise(rewards)]
    latest, before, best = pairs[-1], pairs[-1 - _SETTLED_ROUNDS], max(pairs)
    rises = latest - before > _SETTLED_FRAC * abs(before)
    has_fallen = best - latest > _SETTLED_FRAC * abs(best)
    return not rises and not has_fallen
