"""Who stands where in a bracket or a round robin: a total order by places, then by seed.

Elimination: the winner of the last match, then who is still in it, then who went out, the later the
better; who went out in the same round stands as the bronze final says, and else by seed. Round
robin: two points for a match that was won, one for one that ended equal; equal points are told
apart by the matches among those who have them, then by the best lap, then by seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from timing_server.formats.brackets.progress import Match
from timing_server.rules.units import EntryId

WIN_POINTS = 2
EQUAL_POINTS = 1

#: Parts of a key that stand for: has won all, still races, is out.
_WON, _IN, _OUT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Place:
    """What an entry's matches are worth: ``key`` ranks, smaller is better; its end is the seed."""

    entry_id: EntryId
    key: tuple[int, ...]
    wins: int
    points: int
    matches: int


def eliminated_places(
    matches: Sequence[Match], field: Sequence[EntryId], losses_out: int
) -> tuple[Place, ...]:
    """Return the places of an elimination, best first; out is who lost ``losses_out`` times."""
    levels = _levels(matches)
    counted = [each for each in matches if each.plan.part != "bronze"]
    champion = _champion(matches)
    bronze = next((each for each in matches if each.plan.part == "bronze"), None)
    places = []
    for seed, entry_id in enumerate(field, 1):
        lost = [each for each in counted if entry_id in each.lost_by]
        met = (levels[each.plan.name] for each in counted if entry_id in each.entry_ids)
        reached = max(met, default=0)
        if entry_id == champion:
            key = (_WON, 0, 0, seed)
        elif len(lost) < losses_out and champion is None:
            key = (_IN, len(lost), -reached, seed)
        else:
            out = max((levels[each.plan.name] for each in lost), default=reached)
            key = (_OUT, -out, _bronze_order(bronze, entry_id), seed)
        places.append(_place(entry_id, key, matches))
    return tuple(sorted(places, key=lambda each: each.key))


def _levels(matches: Sequence[Match]) -> Mapping[str, int]:
    """Return how far in the bracket each match is, by name: who goes out later stands higher."""
    last = 1 + max((each.plan.round_number for each in matches), default=0)
    levels = {"bronze": last, "final": last + 1, "decider": last + 2}
    return {each.plan.name: levels.get(each.plan.part, each.plan.round_number) for each in matches}


def _champion(matches: Sequence[Match]) -> EntryId | None:
    """Return who won the match that decides the bracket, None before."""
    last = {each.plan.part: each for each in matches}
    final, decider = last.get("final"), last.get("decider")
    if final is None or not final.is_settled:
        return None
    if decider is None or decider.state == "unneeded":
        return final.winner
    return decider.winner


def _bronze_order(bronze: Match | None, entry_id: EntryId) -> int:
    if bronze is None or bronze.winner is None or entry_id not in bronze.entry_ids:
        return 0
    return -1 if bronze.winner == entry_id else 1


def league_places(
    matches: Sequence[Match], field: Sequence[EntryId], best_laps_ns: Mapping[EntryId, int]
) -> tuple[Place, ...]:
    """Return the places of a round robin, best first; ``best_laps_ns`` of those who have a lap."""
    points = {entry_id: _points(matches, entry_id, field) for entry_id in field}
    no_lap_ns = 1 + max(best_laps_ns.values(), default=0)
    places = []
    for seed, entry_id in enumerate(field, 1):
        equals = [each for each in field if points[each] == points[entry_id]]
        direct = _points(matches, entry_id, equals)
        lap_ns = best_laps_ns.get(entry_id, no_lap_ns)
        key = (-points[entry_id], -direct, lap_ns, seed)
        places.append(_place(entry_id, key, matches, points[entry_id]))
    return tuple(sorted(places, key=lambda each: each.key))


def _points(matches: Sequence[Match], entry_id: EntryId, among: Sequence[EntryId]) -> int:
    """Return the entry's points in its matches against some of the field."""
    total = 0
    for each in matches:
        if entry_id not in each.entry_ids or not set(among).issuperset(each.entry_ids):
            continue
        if each.state == "equal":
            total += EQUAL_POINTS
        elif each.winner == entry_id:
            total += WIN_POINTS
    return total


def _place(
    entry_id: EntryId, key: tuple[int, ...], matches: Sequence[Match], points: int = 0
) -> Place:
    own = [each for each in matches if entry_id in each.entry_ids and each.is_settled]
    wins = sum(each.winner == entry_id and each.state in ("raced", "equal") for each in own)
    met = sum(each.state not in ("bye", "unneeded") for each in own)
    return Place(entry_id, key, wins, points, met)
