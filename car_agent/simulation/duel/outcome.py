"""What came of a race between two: each car's run, who is out and why, and who won."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from car_agent.simulation.league import LeagueRun

#: ``resets``: a lap had more than it may; ``time_up``: it took too long.
Out = Literal["resets", "time_up"]


@dataclass(frozen=True, slots=True)
class DuelRun:
    """One car's race from its place on the grid (1 left, 2 right); ``out`` None where it wasn't.

    The go is the first of its crossings.
    """

    place: int
    run: LeagueRun
    out: Out | None = None

    @property
    def total_ns(self) -> int:
        """From the go to the last crossing, with penalties."""
        return sum(self.run.times_ns)


def in_order(runs: Iterable[DuelRun]) -> tuple[DuelRun, ...]:
    """Return the winner first: more laps, then less time with penalties, then the place."""
    return tuple(sorted(runs, key=lambda each: (*_worth(each), each.place)))


def winner(runs: Iterable[DuelRun]) -> DuelRun | None:
    """Return who won, None where nobody completed a lap, or both drove exactly alike."""
    ordered = in_order(runs)
    if not ordered or not ordered[0].run.times_ns:
        return None
    is_equal = len(ordered) > 1 and _worth(ordered[0]) == _worth(ordered[1])
    return None if is_equal else ordered[0]


def _worth(each: DuelRun) -> tuple[int, int]:
    return -len(each.run.times_ns), each.total_ns
