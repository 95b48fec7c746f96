"""How long to wait before trying again: doubling, capped, and spread so that nodes don't march."""

import random
from collections.abc import Callable

FIRST_S = 0.1
LONGEST_S = 3.0


class Backoff:
    """Pauses of 0.1, 0.2, 0.4 … 3 s, each shortened by chance to between half and all of it."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """``chance`` gives numbers from 0 to 1."""
        self._chance = chance
        self._pause_s = FIRST_S

    def next_s(self) -> float:
        """Return the next pause in seconds."""
        pause_s = self._pause_s
        self._pause_s = min(2 * pause_s, LONGEST_S)
        return pause_s * (0.5 + 0.5 * self._chance())

    def reset(self) -> None:
        """Begin again with the shortest: it went well."""
        self._pause_s = FIRST_S
