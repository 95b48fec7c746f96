"""What the workshop needs from outside: where rewards are kept, and the examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward function that somebody wrote; ``owner`` is a driver's id, or empty for the venue."""

    reward_id: str
    owner: str
    name: str
    source: str
    changed_utc: str


@dataclass(frozen=True, slots=True)
class Example:
    """A reward function that Paddock brings along, by its file's name."""

    name: str
    source: str


class RewardFolder(Protocol):
    """Where rewards are. Any thread may call; errors are StorageFailedError."""

    def all(self) -> Sequence[Reward]:
        """Return every reward, the newest first."""

    def find(self, reward_id: str) -> Reward | None:
        """Return a reward, None where it isn't here."""

    def put(self, reward: Reward) -> None:
        """Keep a reward, in the place of an earlier one of its id."""

    def delete(self, reward_id: str) -> None:
        """Forget a reward, where it is here."""

    def examples(self) -> Sequence[Example]:
        """Return what newcomers begin with."""
