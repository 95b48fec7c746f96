"""What a round of practice came to."""

from collections.abc import Sequence
from dataclasses import dataclass

from car_agent.training.reinforcement.environment import Episode

#: The reward has settled where the last two rounds bring hardly more than the two before.
_SETTLED_ROUNDS, _SETTLED_FRAC = 2, 0.05


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


def has_settled(rewards: Sequence[float]) -> bool:
    """Say whether the reward of a step has stopped rising: over the latest rounds, by a little."""
    if len(rewards) < 2 * _SETTLED_ROUNDS:
        return False
    before = sum(rewards[-2 * _SETTLED_ROUNDS : -_SETTLED_ROUNDS])
    latest = sum(rewards[-_SETTLED_ROUNDS:])
    return latest - before <= _SETTLED_FRAC * abs(before)
