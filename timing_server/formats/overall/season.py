"""A season's rankings: points for places over events, the worst results dropped.

- A place in an event's classification is worth the season's points for it, times the event's
  weight, whole points (cut, not rounded). Places behind the table are worth nothing.
- Every driver of an entry gets its points; a team gets those of all of its entries; a region or
  country gets what its drivers have in all.
- Of a driver's or team's results over the season's events, the worst ``drops_n`` are dropped; an
  event missed is a result of 0 points, and so the first to go.
- Equal totals are told apart by the better places: more first places, then more second places, and
  so on; then by the better place in the latest event. Only who is equal in all of it shares a rank.
  The scheme follows the DeepRacer League's 2023 season (points over months, finalists by region).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from timing_server.rules.units import EventId

NO_PLACE = 10**6


@dataclass(frozen=True, slots=True)
class EventResult:
    """What one competitor has from one event; several places where several entries count for it."""

    event_id: EventId
    places: tuple[int, ...]
    points: int
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """A competitor's place in a season. ``results`` are in the order of the season's events.

    ``decided_by``: ``better_places`` or ``latest_event`` where an equal total was told apart.
    """

    rank: int
    competitor: str
    points: int
    results: tuple[EventResult, ...]
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Finish:
    """An entry's place in an event, and for whom it counts."""

    event_id: EventId
    place: int
    driver_ids: tuple[str, ...]
    team_id: str | None
    region: str | None


def points_of(place: int, points: Sequence[int], weight_pct: int) -> int:
    """Return what a place is worth."""
    worth = points[place - 1] if place <= len(points) else 0
    return worth * weight_pct // 100


def rank_season(
    results: Mapping[str, Mapping[EventId, Sequence[tuple[int, int]]]],
    event_ids: Sequence[EventId],
    drops_n: int,
) -> tuple[SeasonRow, ...]:
    """Rank competitors by their (place, points) in each event; missed events may be absent."""
    rows = []
    for competitor, by_event in results.items():
        kept = _kept(by_event, event_ids, drops_n)
        total = sum(each.points for each in kept if not each.is_dropped)
        rows.append((competitor, total, kept))
    keyed = sorted(((_key(total, kept), name, total, kept) for name, total, kept in rows))
    ranked: list[SeasonRow] = []
    for at, (key, name, total, kept) in enumerate(keyed):
        above = keyed[at - 1][0] if at > 0 else None
        below = keyed[at + 1][0] if at + 1 < len(keyed) else None
        rank = ranked[-1].rank if above == key else at + 1
        decided = _decided_by(above, key) or _decided_by(key, below)
        ranked.append(SeasonRow(rank, name, total, kept, decided))
    return tuple(ranked)


def by_driver(
    finishes: Iterable[Finish], points: Sequence[int], weights_pct: Mapping[EventId, int]
) -> dict[str, dict[EventId, list[tuple[int, int]]]]:
    """Return each driver's (place, points) in each event that counts."""
    found: dict[str, dict[EventId, list[tuple[int, int]]]] = {}
    for finish in finishes:
        for driver_id in finish.driver_ids:
            _add(found, driver_id, finish, points, weights_pct)
    return found


def by_team(
    finishes: Iterable[Finish], points: Sequence[int], weights_pct: Mapping[EventId, int]
) -> dict[str, dict[EventId, list[tuple[int, int]]]]:
    """Return the (place, points) of each team's entries in each event that counts."""
    found: dict[str, dict[EventId, list[tuple[int, int]]]] = {}
    for finish in finishes:
        if finish.team_id is not None:
            _add(found, finish.team_id, finish, points, weights_pct)
    return found


def by_group(
    drivers: Sequence[SeasonRow], group_of: Mapping[str, str | None]
) -> tuple[SeasonRow, ...]:
    """Rank regions or countries by what their drivers have in all, after drops."""
    found: dict[str, dict[EventId, list[tuple[int, int]]]] = {}
    event_ids: dict[EventId, None] = {}
    for row in drivers:
        group = group_of.get(row.competitor)
        for result in row.results:
            event_ids[result.event_id] = None
            if group is not None and not result.is_dropped:
                mine = found.setdefault(group, {}).setdefault(result.event_id, [])
                place = min(result.places, default=NO_PLACE)
                mine.append((place, result.points))
    return rank_season(found, tuple(event_ids), 0)


def _add(
    found: dict[str, dict[EventId, list[tuple[int, int]]]],
    competitor: str,
    finish: Finish,
    points: Sequence[int],
    weights_pct: Mapping[EventId, int],
) -> None:
    weight = weights_pct.get(finish.event_id)
    if weight is not None:
        worth = points_of(finish.place, points, weight)
        mine = found.setdefault(competitor, {}).setdefault(finish.event_id, [])
        mine.append((finish.place, worth))


def _kept(
    by_event: Mapping[EventId, Sequence[tuple[int, int]]],
    event_ids: Sequence[EventId],
    drops_n: int,
) -> tuple[EventResult, ...]:
    """Return a competitor's results with the worst marked as dropped, of equal ones the earlier."""
    results = []
    for event_id in event_ids:
        mine = by_event.get(event_id, ())
        places = tuple(sorted(place for place, _ in mine if place < NO_PLACE))
        results.append(EventResult(event_id, places, sum(worth for _, worth in mine)))
    worst_first = sorted(range(len(results)), key=lambda at: (results[at].points, at))
    # Somebody's only result is never dropped: a season of one event has a ranking.
    dropped = set(worst_first[: min(drops_n, len(results) - 1)])
    return tuple(
        EventResult(each.event_id, each.places, each.points, at in dropped)
        for at, each in enumerate(results)
    )


#: Compared, smaller is better: the total, then how often each place was taken, then the latest.
_Key = tuple[int, tuple[tuple[int, int], ...], tuple[int, ...]]


def _key(total: int, kept: Sequence[EventResult]) -> _Key:
    counts: dict[int, int] = {}
    for each in kept:
        for place in each.places:
            counts[place] = counts.get(place, 0) + 1
    # (place, -how often): whoever has the better place first, or more often, comes first.
    countback = (*((place, -counts[place]) for place in sorted(counts)), (NO_PLACE, 0))
    latest = tuple(min(each.places, default=NO_PLACE) for each in reversed(kept))
    return (-total, countback, latest)


def _decided_by(better: _Key | None, worse: _Key | None) -> str | None:
    if better is None or worse is None or better[0] != worse[0] or better == worse:
        return None
    return "better_places" if better[1] != worse[1] else "latest_event"
