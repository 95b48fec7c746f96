"""What a bracket or a round robin is made of: its matches, and who takes each side of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

#: The part of a bracket that a match belongs to. ``decider``: raced only where the winner of the
#: losers' bracket wins the final of a double elimination, so that both have lost once.
Part = Literal["main", "winners", "losers", "final", "decider", "bronze"]


@dataclass(frozen=True, slots=True)
class Feed:
    """Who takes a side of a match: a seed (from 1), or who came out of an earlier match."""

    kind: Literal["seed", "winner", "loser"]
    seed: int = 0
    match_name: str = ""


@dataclass(frozen=True, slots=True)
class MatchPlan:
    """One match; ``round_number`` and ``number`` count from 1, within its part and its round.

    ``name`` is what the log calls it: ``r1m2``, ``w1m2``, ``l1m2``, ``final``, ``decider``,
    ``bronze``. Matches come in an order in which they can be raced.
    """

    name: str
    part: Part
    round_number: int
    number: int
    sides: tuple[Feed, Feed]


def seeded(seed: int) -> Feed:
    """Return the side that a seed takes."""
    return Feed("seed", seed=seed)


def winner_of(match: MatchPlan) -> Feed:
    """Return the side that a match's winner takes."""
    return Feed("winner", match_name=match.name)


def loser_of(match: MatchPlan) -> Feed:
    """Return the side that a match's loser takes."""
    return Feed("loser", match_name=match.name)


def size_of(entries_n: int) -> int:
    """Return the smallest power of two that holds so many entries, at least 2."""
    size = 2
    while size < entries_n:
        size *= 2
    return size


def seed_order(size: int) -> tuple[int, ...]:
    """Return the seeds from the top of a bracket down: 1 meets the last, 1 and 2 only at the end.

    ``size`` is a power of two. For 8: 1 8 4 5 2 7 3 6.
    """
    order = [1]
    while len(order) < size:
        whole = 2 * len(order) + 1
        order = [seed for upper in order for seed in (upper, whole - upper)]
    return tuple(order)


def first_round(entries_n: int, part: Part, prefix: str) -> list[MatchPlan]:
    """Return the first round; seeds that nobody has are byes, and meet the best seeds."""
    order = seed_order(size_of(entries_n))
    pairs = zip(order[::2], order[1::2], strict=True)
    return [
        MatchPlan(f"{prefix}1m{number}", part, 1, number, (seeded(upper), seeded(lower)))
        for number, (upper, lower) in enumerate(pairs, 1)
    ]


def next_round(
    before: Sequence[MatchPlan], part: Part, prefix: str, round_number: int
) -> list[MatchPlan]:
    """Return the round in which the winners of neighbouring matches meet."""
    return [
        MatchPlan(
            f"{prefix}{round_number}m{number}",
            part,
            round_number,
            number,
            (winner_of(upper), winner_of(lower)),
        )
        for number, (upper, lower) in enumerate(zip(before[::2], before[1::2], strict=True), 1)
    ]


def turns(plans: Sequence[MatchPlan]) -> dict[str, int]:
    """Return for each match, by name, the earliest turn in which it can be raced, from 1."""
    found: dict[str, int] = {}
    for plan in plans:
        waits_for = (found[feed.match_name] for feed in plan.sides if feed.kind != "seed")
        found[plan.name] = 1 + max(waits_for, default=0)
    return found
