"""Running orders: who drives when within a round, and from one round to the next.

- ``number``: by the entries' numbers.
- ``seed``: by the drawn field, and ``standings``: by the standings, both with the best last.
- ``reverse``: each round in the reverse of the one before it; whoever wasn't in that comes first.
- ``balanced``: whoever hasn't driven for the longest time comes first, and all wait alike. With
  one car at a time the rounds repeat, so that everybody's wait is the same number of heats. With
  several, neighbouring heats exchange drivers from round to round, so that opponents change: of
  ``n`` heats a round, ``n - 1`` to ``n + 1`` lie between two starts, and nobody drives twice in a
  row where there are two or more.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from timing_server.rules.units import EntryId

ORDERS = ("number", "seed", "standings", "reverse", "balanced")

Group = tuple[EntryId, ...]


@dataclass(frozen=True, slots=True)
class RoundHeat:
    """Who drives together in which round; ``lanes`` in the order of the entries, or ()."""

    round_number: int
    entry_ids: Group
    lanes: tuple[int, ...]

    def only(self, wanted: Set[EntryId]) -> "RoundHeat":
        """Return the heat without those that aren't wanted; the others keep their lanes."""
        kept = [at for at, entry_id in enumerate(self.entry_ids) if entry_id in wanted]
        return RoundHeat(
            self.round_number,
            tuple(self.entry_ids[at] for at in kept),
            tuple(self.lanes[at] for at in kept) if self.lanes else (),
        )


def rounds(
    first: Sequence[EntryId],
    order: str,
    *,
    rounds_n: int,
    cars_max: int,
    first_round: int = 1,
    has_lanes: bool = False,
) -> tuple[RoundHeat, ...]:
    """Return the heats of so many rounds; ``first`` is the running order of the first of them.

    Heats hold up to ``cars_max`` entries, as evenly as can be. Raises nothing: no entries make no
    heats.
    """
    line = list(first)
    heats = groups(line, cars_max)
    planned = []
    for at in range(rounds_n):
        planned += [
            RoundHeat(first_round + at, heat, _lanes(len(heat), at) if has_lanes else ())
            for heat in heats
        ]
        if order == "reverse":
            line.reverse()
            heats = groups(line, cars_max)
        elif order == "balanced":
            heats = exchanged(heats, at % 2)
    return tuple(planned)


def groups(line: Sequence[EntryId], cars_max: int) -> list[Group]:
    """Part a line into heats of up to ``cars_max``, whose sizes differ by one at most."""
    heats_n = -(-len(line) // cars_max)
    heats: list[Group] = []
    at = 0
    for left in range(heats_n, 0, -1):
        size = -(-(len(line) - at) // left)
        heats.append(tuple(line[at : at + size]))
        at += size
    return heats


def exchanged(heats: Sequence[Group], first: int) -> list[Group]:
    """Return the next round's heats: neighbours, from the ``first`` on, exchange half of theirs.

    A driver moves by one heat at most. With fewer than three heats a move would have somebody
    drive twice in a row, and with one car there is nobody to meet: then nothing is exchanged.
    """
    after = list(heats)
    if len(heats) < 3:
        return after
    for at in range(first, len(heats) - 1, 2):
        before, behind = after[at], after[at + 1]
        half = min(len(before), len(behind)) // 2
        if half:
            # Those who come stand in front of those who stay, so that they are next to stay.
            after[at] = (*behind[:half], *before[:-half])
            after[at + 1] = (*before[-half:], *behind[half:])
    return after


def _lanes(cars_n: int, at: int) -> tuple[int, ...]:
    """Return each car's lane, another one in each round."""
    return tuple((place + at) % cars_n + 1 for place in range(cars_n))


def best_last(entry_ids: Sequence[EntryId], ranked: Sequence[EntryId]) -> list[EntryId]:
    """Return the entries with the best last; those without a place come first, as they were."""
    places = {entry_id: place for place, entry_id in enumerate(ranked)}
    return sorted(entry_ids, key=lambda each: -places.get(each, len(places)))


def reversed_round(entry_ids: Sequence[EntryId], former: Sequence[EntryId]) -> list[EntryId]:
    """Return the entries in the reverse of a former order; those who weren't in it come first."""
    return best_last(entry_ids, former)


def longest_wait_first(entry_ids: Sequence[EntryId], heats: Sequence[Group]) -> list[EntryId]:
    """Return first who hasn't driven yet, then by the last heat in which each one drives."""
    last = {entry_id: at for at, heat in enumerate(heats) for entry_id in heat}
    return sorted(entry_ids, key=lambda each: last.get(each, -1))
